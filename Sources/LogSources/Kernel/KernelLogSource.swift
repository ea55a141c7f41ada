import Codecs
package import Config
import Host
import Logging
package import Pipeline

/// `kernel`: what the kernel says, from `/dev/kmsg`.
///
/// A record's number since the machine started is its offset, and each start of the machine is a
/// generation. Without a checkpoint what the kernel still has is read, as containers' files are.
package struct KernelLogSource: LogSource {
    /// What users may say.
    package struct Options: ComponentOptions {
        /// The device; the host's if nil.
        package var path: String?
        /// The least grave priority that is wanted.
        package var priority = SyslogPriority.debug
        /// Where to start.
        package var readFrom = LogFileOptions.ReadFrom.checkpoint

        /// The host's log, all of it.
        package init() {}

        package init(from node: inout ConfigNode) throws(ConfigError) {
            self.path = node.string("path", "The device; the host's /dev/kmsg if absent.")
            self.priority = node.choice(
                "priority",
                default: .debug,
                "The least grave priority that is wanted.",
            )
            self.readFrom = node.choice(
                "read_from",
                default: .checkpoint,
                "Where to start: at the checkpoint (or the oldest record), the oldest record, or the "
                    + "checkpoint (or the end).",
            )
        }
    }

    package static let name: ComponentName = "kernel"

    private let options: Options
    private let context: ComponentContext
    private let path: String

    package init(_ options: Options, in context: ComponentContext) throws(ConfigError) {
        self.options = options
        self.context = context
        let root = context.roots.rootfs == "/" ? "" : context.roots.rootfs
        self.path = options.path ?? "\(root)/dev/kmsg"
    }

    package func run(into catalogue: LogCatalogue) async {
        let path = self.path
        let content = KernelLogContent(
            decoder: KernelRecordDecoder(priority: self.options.priority.number),
            clock: self.context.clock,
        ) { () throws(HostError) in try KernelMessageDevice(path: path) }
        do throws(HostError) {
            let stop = try StopPipe()
            await withTaskCancellationHandler {
                var follower = KernelLogFollower(
                    content,
                    catalogue,
                    self.context,
                    from: self.options.readFrom,
                )
                follower.run(until: stop) { Task.isCancelled }
            } onCancel: {
                stop.signal()
            }
        } catch {
            self.context.logger.error(
                "a log source can't start",
                metadata: ["source": "\(self.context.componentName)", "error": "\(error)"],
            )
        }
    }
}
