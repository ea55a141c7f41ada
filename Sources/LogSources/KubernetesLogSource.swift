package import Config
package import Pipeline

/// The logs of this node's containers, in the kubelet's /var/log/pods or /var/log/containers.
package struct KubernetesLogSource: LogSource {
    /// What users may say.
    package struct Options: ComponentOptions {
        /// The keys of all sources of files.
        package var files = LogFileOptions(path: defaultPath)

        /// Where the kubelet keeps them.
        package static let defaultPath = "/var/log/pods"

        /// The defaults.
        package init() {}

        package init(from node: inout ConfigNode) throws(ConfigError) {
            self.files = LogFileOptions(reading: &node, defaultPath: Self.defaultPath)
        }
    }

    package static let name: ComponentName = "kubernetes"

    private let driver: LogFileDriver

    package init(_ options: Options, in context: ComponentContext) throws(ConfigError) {
        self.driver = LogFileDriver(
            .init(
                options: options.files,
                layout: .kubernetes,
                format: .runtime,
            ),
            context,
        )
    }

    package func run(into catalogue: LogCatalogue) async {
        await self.driver.run(into: catalogue)
    }
}
