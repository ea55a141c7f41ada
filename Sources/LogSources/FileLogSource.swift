import Codecs
package import Config
package import Pipeline

/// Log files by patterns of their paths.
package struct FileLogSource: LogSource {
    /// What lines look like.
    package enum Format: String, Sendable, CaseIterable {
        /// Each line is a record.
        case raw
        /// As containerd and CRI-O write them.
        case cri
        /// As Docker writes them.
        case docker

        /// What the decoder is told.
        fileprivate var lines: LineDecoder.Format {
            switch self {
            case .raw: .raw
            case .cri: .cri
            case .docker: .docker
            }
        }
    }

    /// What users may say.
    package struct Options: ComponentOptions {
        /// The keys of all sources of files.
        package var files: LogFileOptions
        /// What lines look like.
        package var format: Format
        let selection: LogFileSelection?

        package init(from node: inout ConfigNode) throws(ConfigError) {
            let path = node.string("path", "The folder that relative patterns lie in.")
            let include = node.strings(
                "include",
                default: path == nil ? [] : ["*.log"],
                "Patterns of paths, such as /var/log/app/**/*.log; `**` stands for any folders.",
            )
            let exclude = node.strings(
                "exclude",
                default: [],
                "Patterns of paths to leave out; one without a slash is a name in any folder.",
            )
            self.files = LogFileOptions(reading: &node, defaultPath: nil)
            self.format = node.choice("format", default: .raw, "What lines look like.")
            self.selection = Self.selection(node, path, include, exclude)
        }

        private static func selection(
            _ node: borrowing ConfigNode,
            _ path: String?,
            _ include: [String],
            _ exclude: [String],
        ) -> LogFileSelection? {
            if include.isEmpty {
                node.reject("include", expected: "a pattern, or a folder in `path`")
                return nil
            }
            switch LogFileSelection.reading(include: include, exclude: exclude, in: path) {
            case .success(let selection): return selection
            case .failure(let error):
                let key = include.contains(error.pattern) ? "include" : "exclude"
                node.reject(
                    key,
                    because: "can't look for \(error.pattern)",
                    remedy:
                        "write an absolute path whose first folder has no wildcard, or give the "
                        + "folder that patterns lie in as `path`",
                )
                return nil
            }
        }
    }

    package static let name: ComponentName = "file"

    private let driver: LogFileDriver

    package init(_ options: Options, in context: ComponentContext) throws(ConfigError) {
        guard let selection = options.selection else { throw .noFiles }
        self.driver = LogFileDriver(
            .init(
                options: options.files,
                layout: .selected(selection),
                format: .fixed(options.format.lines),
            ),
            context,
        )
    }

    package func run(into catalogue: LogCatalogue) async {
        await self.driver.run(into: catalogue)
    }
}
