import Codecs
package import Config
package import Pipeline

/// Log files that pods write into their `emptyDir` volumes, below /var/lib/kubelet/pods.
package struct PodVolumeLogSource: LogSource {
    /// What users may say.
    package struct Options: ComponentOptions {
        /// The keys of all sources of files.
        package var files: LogFileOptions
        let selection: LogFileSelection?

        /// Where the kubelet keeps volumes: `<uid>/volumes/kubernetes.io~empty-dir/<name>`.
        private static let defaultPath = "/var/lib/kubelet/pods"

        package init(from node: inout ConfigNode) throws(ConfigError) {
            self.files = LogFileOptions(reading: &node, defaultPath: Self.defaultPath)
            let volumes = node.strings("volumes", default: ["*"], "Patterns of volumes' names.")
            let include = node.strings(
                "include",
                default: ["**/*.log"],
                "Patterns of files in the volume; `**` stands for any folders.",
            )
            let exclude = node.strings(
                "exclude",
                default: [],
                "Patterns of files to leave out; one without a slash is a name in any folder.",
            )
            let kind = "\(self.files.path)/*/volumes/kubernetes.io~empty-dir"
            let reading = LogFileSelection.reading(
                include: volumes.flatMap { volume in include.map { "\(kind)/\(volume)/\($0)" } },
                exclude: exclude.map { $0.contains("/") ? "\(kind)/*/\($0)" : $0 },
                in: nil,
            )
            self.selection = try? reading.get()
            if self.selection == nil {
                node.reject("path", expected: "an absolute path without wildcards")
            }
        }
    }

    package static let name: ComponentName = "pod_volumes"

    private let driver: LogFileDriver

    package init(_ options: Options, in context: ComponentContext) throws(ConfigError) {
        guard let selection = options.selection else { throw .noFiles }
        self.driver = LogFileDriver(
            .init(
                options: options.files,
                layout: .selected(selection),
                format: .fixed(.raw),
                podFolder: options.files.path,
            ),
            context,
        )
    }

    package func run(into catalogue: LogCatalogue) async {
        await self.driver.run(into: catalogue)
    }
}
