/// What all nodes of one reading share: the document, the report, and the recorder if there is one.
final class ConfigSession {
    let document: ConfigDocument
    private(set) var report = ConfigReport()
    /// The values that were read as secrets, by their place in the document's tree.
    private(set) var secretNodes: Set<Int> = []
    /// Set while the reference is recorded; then no document is read.
    let recorder: ConfigRecorder?
    /// Whether problems are dropped, because the result only stands in for a failed one.
    let isSilent: Bool

    // Recorded when the first misplaced key asks for it.
    private let recordReference: () -> ConfigReference?
    private lazy var sectionsByKey = self.indexReference()

    init(
        _ document: ConfigDocument,
        recorder: ConfigRecorder? = nil,
        isSilent: Bool = false,
        reference: @escaping () -> ConfigReference? = { nil },
    ) {
        self.document = document
        self.recorder = recorder
        self.isSilent = isSilent
        self.recordReference = reference
    }

    /// The paths of the sections that know `key`, as the reference writes them.
    func sections(with key: String) -> [String] {
        self.sectionsByKey[key] ?? []
    }

    private func indexReference() -> [String: [String]] {
        var index: [String: [String]] = [:]
        for entry in self.recordReference()?.entries ?? [] {
            let parts = entry.path.split(separator: ".", omittingEmptySubsequences: false)
            let section = parts.dropLast().joined(separator: ".")
            if let key = parts.last, index[String(key)]?.contains(section) != true {
                index[String(key), default: []].append(section)
            }
        }
        return index
    }

    /// Whether nodes have a user to speak to.
    var isReading: Bool { self.recorder == nil && !self.isSilent }

    func note(_ problem: ConfigProblem) {
        if self.isReading { self.report.add(problem) }
    }

    /// Takes over what the reading of another document found.
    func note(_ report: ConfigReport) {
        if self.isReading { self.report.add(report) }
    }

    /// Keeps a value from ever being shown.
    func hide(_ index: Int) { self.secretNodes.insert(index) }

    func node(_ index: Int) -> YAMLNode {
        self.document.tree?.nodes[index] ?? YAMLNode(content: .list([]), mark: .none)
    }

    func location(_ mark: YAMLMark, _ path: String) -> ConfigLocation {
        ConfigLocation(
            file: self.document.file,
            line: mark.line,
            column: mark.column,
            path: path,
        )
    }
}
