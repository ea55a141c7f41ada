import Config
import Logging
import Pipeline
import Synchronization

/// From log files to log sinks: the pipeline of one `logs` section.
///
/// It outlives a reload that leaves the section as it is, so that files which only it still holds
/// open are read to their end.
final class LogPath: Sendable {
    let pipeline: LogPipeline
    /// The sinks' types by name, for the page.
    let types: [String: String]
    private let fingerprint: Int
    private let nodeName: String
    private let exchange: any HTTPExchange
    private let clock: any AgentClock
    private let logger: Logger
    private let task = Mutex<Task<Void, Never>?>(nil)

    /// Builds sources and sinks; nothing runs yet.
    init(
        _ plan: AgentPlan,
        _ services: AgentServices,
        _ context: ComponentContext,
    ) throws(ConfigError) {
        self.pipeline = try LogPipeline(plan.logs, in: context)
        self.types = Dictionary(plan.logs.sinks.map { ($0.name, $0.type) }) { first, _ in first }
        self.fingerprint = plan.options.logsFingerprint
        self.nodeName = plan.nodeName
        self.exchange = services.exchange
        self.clock = services.clock
        self.logger = services.logger
    }

    /// Whether this path serves `plan` as well.
    func serves(_ plan: AgentPlan) -> Bool {
        self.fingerprint == plan.options.logsFingerprint && self.nodeName == plan.nodeName
    }

    /// Starts reading and sending.
    func start() {
        let task = Task {
            do {
                try await self.pipeline.run(over: self.exchange)
            } catch {
                self.logger.critical(
                    "log collection could not start",
                    metadata: ["error": "\(error)"],
                )
            }
        }
        self.task.withLock { $0 = task }
    }

    /// Delivers what was written by now, and writes the last checkpoints.
    ///
    /// Reading goes on for three quarters of `timeout` at most; the rest is for requests under way.
    /// What is not delivered is still in its file, and the next start goes on there.
    func drain(within timeout: Duration) async {
        let taken = self.task.withLock { task in
            defer { task = nil }
            return task
        }
        guard let taken else { return }
        self.pipeline.finish()
        await withTaskGroup { group in
            group.addTask {
                do {
                    try await self.clock.sleep(for: timeout * 0.75)
                    self.pipeline.stop()
                    try await self.clock.sleep(for: timeout * 0.25)
                } catch {
                    return
                }
                // What is not confirmed by now is sent again after the next start.
                taken.cancel()
            }
            await taken.value
            group.cancelAll()
        }
    }
}
