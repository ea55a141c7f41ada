import Glibc
import Logging

/// What the process asks of the kernel before anything runs.
enum ProcessSettings {
    /// The most descriptors that are asked for: every log file of a crowded node, twice.
    private static let descriptorsWanted: UInt = 65_536

    /// Survives readers that go away, and may hold as many files open as it is allowed to.
    static func apply(_ logger: Logger) {
        // A broken pipe is an error of one write, not the end of the agent.
        signal(SIGPIPE, SIG_IGN)
        Self.raiseDescriptorLimit(logger)
    }

    private static func raiseDescriptorLimit(_ logger: Logger) {
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        var limit = rlimit()
        guard unsafe getrlimit(resource, &limit) == 0 else { return }
        let wanted = min(limit.rlim_max, Self.descriptorsWanted)
        if limit.rlim_cur >= wanted { return }
        let before = limit.rlim_cur
        limit.rlim_cur = wanted
        if unsafe setrlimit(resource, &limit) != 0 {
            logger.warning(
                "the limit of open files could not be raised",
                metadata: ["limit": "\(before)", "wanted": "\(wanted)"],
            )
        }
    }
}
