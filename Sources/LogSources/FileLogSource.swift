import Codecs
package import Config
package import Pipeline

/// The log files of one folder.
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
        /// Patterns of names.
        package var include: [String]
        /// Patterns of names that are left out.
        package var exclude: [String]
        /// What lines look like.
        package var format: Format

        package init(from node: inout ConfigNode) throws(ConfigError) {
            self.files = LogFileOptions(reading: &node, defaultPath: nil)
            self.include = node.strings("include", default: ["*.log"], "Patterns of file names.")
            self.exclude = node.strings("exclude", default: [], "Patterns of names to leave out.")
            self.format = node.choice("format", default: .raw, "What lines look like.")
        }
    }

    package static let name: ComponentName = "file"

    private let driver: LogFileDriver

    package init(_ options: Options, in context: ComponentContext) throws(ConfigError) {
        self.driver = LogFileDriver(
            .init(
                options: options.files,
                layout: .plain,
                names: LogFileNames(include: options.include, exclude: options.exclude),
                format: .fixed(options.format.lines),
            ),
            context,
            source: Self.name.rawValue,
        )
    }

    package func run(into catalogue: LogCatalogue) async {
        await self.driver.run(into: catalogue)
    }
}
