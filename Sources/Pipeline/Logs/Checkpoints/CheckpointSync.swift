import Glibc
import Host
import Synchronization

/// Brings what was written to a file to the disk, once, on a thread of its own.
///
/// Where others write much to the same disk that takes seconds, which nothing else must wait for.
final class CheckpointSync: Sendable {
    private enum State {
        case isUnderWay
        case hasEnded(SystemErrorCode?)
    }

    private let path: String
    private let state = Mutex(State.isUnderWay)

    /// Begins with the file that `descriptor` has open and that an error is to name.
    init(_ descriptor: Int32, _ path: String) throws(CheckpointError) {
        self.path = path
        let own = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
        if own < 0 { throw CheckpointError(path, "fcntl") }
        do throws(HostError) {
            try AgentThread.start("checkpoint sync") { self.run(own) }
        } catch {
            // A process that may have no more threads waits for its disk.
            self.run(own)
        }
    }

    /// Whether it has come to an end; throws if it failed.
    func isDone() throws(CheckpointError) -> Bool {
        switch self.state.withLock({ $0 }) {
        case .isUnderWay: return false
        case .hasEnded(nil): return true
        case .hasEnded(.some(let code)): throw CheckpointError(self.path, "fdatasync", code)
        }
    }

    private func run(_ descriptor: Int32) {
        let code = fdatasync(descriptor) == 0 ? nil : SystemErrorCode.current
        close(descriptor)
        self.state.withLock { $0 = .hasEnded(code) }
    }
}
