import Config

extension ConfigNode {
    /// Reads `keep_body`, which is on by default; `rest` says how the record is otherwise.
    mutating func keepsBody(orElse rest: String) -> Bool {
        self.bool("keep_body", default: true, "Keeps the text; else \(rest).")
    }
}
