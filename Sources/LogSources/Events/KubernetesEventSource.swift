import Codecs
package import Config
import Logging
package import Pipeline

/// `kubernetes_events`: what the cluster reports about this node and its pods.
///
/// Events are written to a file in the state folder and read from there like any log.
package struct KubernetesEventSource: LogSource {
    /// What users may say.
    package struct Options: ComponentOptions {
        /// Whether events of this node's pods are wanted, besides the node's own.
        package var hasPods = true

        package init(from node: inout ConfigNode) throws(ConfigError) {
            self.hasPods = node.bool(
                "pods",
                default: true,
                "Events of this node's pods too. The API can't select them by node, so every agent "
                    + "is told of all pods' events; false leaves the node's own.",
            )
        }
    }

    package static let name: ComponentName = "kubernetes_events"
    /// How often a cluster is looked for that is not there yet.
    private static let pause = Duration.seconds(10)

    private let options: Options
    private let context: ComponentContext
    private let folder: String
    private let driver: LogFileDriver

    package init(_ options: Options, in context: ComponentContext) throws(ConfigError) {
        self.options = options
        self.context = context
        self.folder = "\(context.stateDirectory)/events"
        self.driver = LogFileDriver(
            .init(
                options: LogFileOptions(path: ""),
                layout: .selected(LogFileSelection(file: EventFile.path(in: self.folder))),
                format: .fixed(.raw),
            ),
            context,
        )
    }

    package func run(into catalogue: LogCatalogue) async {
        let watching = Task { await self.watch() }
        await self.driver.run(into: catalogue)
        watching.cancel()
        await watching.value
    }

    /// Has events told to the file until the task is cancelled.
    private func watch() async {
        let intake = EventIntake(in: self.folder, self.context)
        defer { intake.close() }
        var isTold = false
        while !Task.isCancelled {
            let lease = self.context.cluster.leaseEvents(ofPods: self.options.hasPods) {
                intake.take($0)
            }
            if lease != nil {
                try? await self.context.clock.sleep(for: .seconds(1_000_000_000))
                continue
            }
            if !isTold {
                isTold = true
                self.context.logger.warning(
                    "there is no cluster to read events of",
                    metadata: ["remedy": "see the keys of kubernetes"],
                )
            }
            do { try await self.context.clock.sleep(for: Self.pause) } catch { return }
        }
    }
}
