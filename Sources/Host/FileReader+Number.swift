import Bytes

extension FileReader {
    /// The unsigned number that the file at `path` holds.
    package mutating func number(at path: String) throws(HostError) -> UInt64 {
        try self.load(path) { text throws(FormatError) in
            guard let number = text.trimmed.unsignedDecimal else {
                throw FormatError(line: 1, expected: "a number", found: text.trimmed)
            }
            return number
        }
    }

    /// The unsigned number that the file at `path` holds; nil if there is none.
    package mutating func count(at path: String) -> UInt64? {
        do {
            return try self.number(at: path)
        } catch {
            return nil
        }
    }
}
