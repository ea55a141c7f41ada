package import Config
import Host
import Logging
package import Pipeline

/// `journal`: what systemd's journald has written down.
///
/// Files of one sequence are one generation: journald numbers entries through all files that it
/// writes after each other and side by side, and an entry's number is its offset. Without a
/// checkpoint a journal is read from its beginning, as containers' files are.
package struct JournalLogSource: LogSource {
    package static let name: ComponentName = "journal"

    private let options: JournalOptions
    private let context: ComponentContext

    package init(_ options: JournalOptions, in context: ComponentContext) throws(ConfigError) {
        var options = options
        if options.paths.isEmpty {
            let root = context.roots.rootfs == "/" ? "" : context.roots.rootfs
            options.paths = ["\(root)/var/log/journal", "\(root)/run/log/journal"]
        }
        self.options = options
        self.context = context
    }

    package func run(into catalogue: LogCatalogue) async {
        do throws(HostError) {
            let stop = try StopPipe()
            await withTaskCancellationHandler {
                let finder = JournalFinder(self.options, catalogue, self.context)
                finder.run(until: stop) { Task.isCancelled }
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
