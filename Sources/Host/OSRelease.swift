import Bytes

/// `os-release`: what the operating system calls itself.
///
/// Source: os-release(5).
package struct OSRelease: Sendable, Equatable {
    /// The file's names and values; quotes and escapes are resolved.
    package let values: [String: String]

    /// The most lines taken from the file.
    package static var lineLimit: Int { 1024 }

    /// The value of `name`, empty if there is none.
    package subscript(name: String) -> String { self.values[name] ?? "" }

    /// Parses lines as `NAME="Debian GNU/Linux"`; empty lines and comments are passed over.
    package init(parsing text: Span<UInt8>) throws(FormatError) {
        var values: [String: String] = [:]
        var number = 0
        var offset = 0
        while number < Self.lineLimit, let range = text.nextLine(&offset) {
            number += 1
            let line = text.extracting(range).trimmed
            if line.isEmpty || line[0] == UInt8(ascii: "#") { continue }
            guard let equals = line.firstOffset(of: UInt8(ascii: "=")), equals > 0 else {
                throw FormatError(line: number, expected: "NAME=VALUE", found: line)
            }
            let value = line.extracting(droppingFirst: equals + 1)
            values[line.extracting(first: equals).text] = try Self.unquoted(value, number)
        }
        self.values = values
    }

    private static func unquoted(_ value: Span<UInt8>, _ line: Int) throws(FormatError) -> String {
        guard let quote = value.isEmpty ? nil : value[0],
            quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'")
        else { return value.text }
        var output = OutputBuffer(capacity: value.count)
        var index = 1
        while index < value.count {
            if value[index] == quote { return output.text }
            let isEscape = value[index] == UInt8(ascii: "\\") && quote == UInt8(ascii: "\"")
            if isEscape, index + 1 < value.count { index += 1 }
            output.append(value[index])
            index += 1
        }
        throw FormatError(line: line, expected: "a closing quote", found: value)
    }
}
