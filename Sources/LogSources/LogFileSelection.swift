import Config

/// Which files are log files, by patterns of their paths.
struct LogFileSelection: Sendable, Hashable {
    /// Patterns of live files' paths.
    private let include: [PathPattern]
    /// Patterns of paths, of files and of folders, that are left out.
    private let exclude: [PathPattern]
    /// Patterns of names that are left out in every folder.
    private let excludedNames: [String]

    /// Takes patterns apart; one without a slash is a name, and a relative one lies in `folder`.
    ///
    /// Gives the first one that can't be used instead, if there is such a one.
    static func reading(
        include: [String],
        exclude: [String],
        in folder: String?,
    ) -> Result<LogFileSelection, Unusable> {
        func pattern(_ text: String) throws(Unusable) -> PathPattern {
            let isRelative = !text.hasPrefix("/")
            let path = isRelative ? folder.map { "\($0)/\(text)" } ?? text : text
            guard let pattern = PathPattern(path) else { throw Unusable(pattern: text) }
            return pattern
        }
        return Result { () throws(Unusable) in
            var included: [PathPattern] = []
            for text in include { included.append(try pattern(text)) }
            var excluded: [PathPattern] = []
            for text in exclude where text.contains("/") { excluded.append(try pattern(text)) }
            return LogFileSelection(
                include: included,
                exclude: excluded,
                excludedNames: exclude.filter { !$0.contains("/") },
            )
        }
    }

    /// A pattern that can't be used.
    struct Unusable: Error {
        let pattern: String
    }

    /// Chooses one file, whatever characters its folder has.
    init(file path: String) {
        self.init(include: [PathPattern(file: path)], exclude: [], excludedNames: [])
    }

    private init(include: [PathPattern], exclude: [PathPattern], excludedNames: [String]) {
        self.include = include
        self.exclude = exclude
        self.excludedNames = excludedNames
    }

    /// The folders where the search begins.
    var roots: [String] { Set(self.include.map(\.root)).sorted() }

    /// Whether files may be found in `folder` or below it.
    func leads(into folder: String) -> Bool {
        self.include.contains { $0.leads(into: folder) } && !self.isExcluded(folder)
    }

    /// The names of log files in `folder`.
    func names(in folder: String) -> LogFileNames {
        LogFileNames(
            include: self.include.flatMap { $0.names(in: folder) },
            exclude: self.excludedNames,
        )
    }

    /// Whether a path is left out.
    func isExcluded(_ path: String) -> Bool { self.exclude.contains { $0.matches(path) } }
}

extension ConfigError {
    /// What a source says that got by the check without anything to read; that was told before.
    static let noFiles = ConfigError(at: ConfigLocation(file: ""), "no files are chosen")
}
