import Bytes

/// A field's name in which one `*` may stand for any text.
struct FieldNamePattern: Sendable {
    private let prefix: [UInt8]
    /// What stands behind the `*`; nil where there is none.
    private let suffix: [UInt8]?

    /// Reads a name; nil when there is more than one `*` in it.
    init?(_ text: String) {
        let parts = text.utf8.split(separator: UInt8(ascii: "*"), omittingEmptySubsequences: false)
        guard let first = parts.first, parts.count <= 2 else { return nil }
        self.prefix = Array(first)
        self.suffix = parts.count == 2 ? Array(parts[1]) : nil
    }

    /// Whether a field of that name is meant.
    func matches(_ name: borrowing Span<UInt8>) -> Bool {
        guard let suffix = self.suffix else { return name.equals(self.prefix.span) }
        return name.count >= self.prefix.count + suffix.count
            && name.extracting(first: self.prefix.count).equals(self.prefix.span)
            && name.extracting(last: suffix.count).equals(suffix.span)
    }
}
