import Bytes

/// Why an exposition can't be read: one bad line fails the whole scrape, as in Prometheus.
package struct ExpositionError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The line, from 1.
    package let line: Int
    /// What was expected.
    package let expected: String
    /// What stood there instead, cut to a printable length.
    package let found: String

    /// The most bytes of the exposition that a message shows.
    package static let foundLimit = 40

    let offset: Int

    /// Describes what is wrong at an offset of `bytes`; `start` is where the line begins.
    init(
        _ expected: String,
        at offset: Int,
        lineFrom start: Int,
        of bytes: borrowing Span<UInt8>,
    ) {
        var line = 1
        for index in 0..<min(start, bytes.count) where bytes[index] == UInt8(ascii: "\n") {
            line += 1
        }
        self.line = line
        self.offset = offset
        self.expected = expected
        self.found = Self.excerpt(bytes, from: offset)
    }

    /// Describes a violation that is not about single bytes.
    package init(line: Int, expected: String, found: String) {
        self.line = line
        self.expected = expected
        self.found = found
        self.offset = 0
    }

    /// The same in a body that has `lines` lines before the bytes that were read.
    package func moved(down lines: Int) -> ExpositionError {
        if lines == 0 { return self }
        return ExpositionError(
            line: self.line + lines,
            expected: self.expected,
            found: self.found,
        )
    }

    package var description: String {
        "line \(self.line): expected \(self.expected), found \(self.found)"
    }

    private static func excerpt(_ bytes: borrowing Span<UInt8>, from offset: Int) -> String {
        if offset >= bytes.count { return "the end of the body" }
        if bytes[offset] == UInt8(ascii: "\n") { return "the end of the line" }
        let limit = min(bytes.count, offset + Self.foundLimit)
        let end = bytes.firstOffset(of: UInt8(ascii: "\n"), from: offset, to: limit) ?? limit
        var text = ""
        for scalar in bytes.extracting(offset..<end).text.unicodeScalars {
            text +=
                scalar.value < 0x20 || scalar.value == 0x7f
                ? "\\u{\(String(scalar.value, radix: 16))}" : String(scalar)
        }
        return "`\(text)`"
    }
}
