/// What all nodes of one reading share: the document, the report, and the recorder if there is one.
final class ConfigSession {
    let document: ConfigDocument
    private(set) var report = ConfigReport()
    /// Set while the reference is recorded; then no document is read.
    let recorder: ConfigRecorder?
    /// Whether problems are dropped, because the result only stands in for a failed one.
    let isSilent: Bool

    init(_ document: ConfigDocument, recorder: ConfigRecorder? = nil, isSilent: Bool = false) {
        self.document = document
        self.recorder = recorder
        self.isSilent = isSilent
    }

    /// Whether nodes have a user to speak to.
    var isReading: Bool { self.recorder == nil && !self.isSilent }

    func note(_ problem: ConfigProblem) {
        if self.isReading { self.report.add(problem) }
    }

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
