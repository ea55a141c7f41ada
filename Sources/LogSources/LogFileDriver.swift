import Host
import Logging
import Pipeline

/// Runs a finder on the calling task's thread until the task is cancelled.
struct LogFileDriver: Sendable {
    private let settings: LogFileFinder.Settings
    private let context: ComponentContext

    init(_ settings: LogFileFinder.Settings, _ context: ComponentContext) {
        self.settings = settings
        self.context = context
    }

    func run(into catalogue: LogCatalogue) async {
        do throws(HostError) {
            let stop = try StopPipe()
            let name = self.context.componentName
            let meters = LogFileMeters(source: name, in: self.context.meters)
            await withTaskCancellationHandler {
                let finder = LogFileFinder(self.settings, catalogue, self.context, meters)
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
