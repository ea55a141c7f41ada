import Bytes

/// One file of `/proc/pressure`: for how long tasks waited for a resource since boot.
///
/// Source: Linux, `Documentation/accounting/psi.rst`.
package struct PressureStall: Sendable, Equatable {
    /// Microseconds in which at least one task waited; nil where the kernel does not say.
    package let some: UInt64?
    /// Microseconds in which no task could go on; nil where the kernel does not say.
    package let full: UInt64?

    /// Parses a file's lines.
    package init(parsing text: Span<UInt8>) throws(FormatError) {
        var some: UInt64?
        var full: UInt64?
        var number = 0
        var offset = 0
        while let range = text.nextLine(&offset) {
            number += 1
            let line = text.extracting(range)
            if line.hasPrefix("some ") {
                some = try Self.total(line, number)
            } else if line.hasPrefix("full ") {
                full = try Self.total(line, number)
            }
        }
        if some == nil, full == nil {
            throw FormatError(expected: "lines as \"some avg10=0.00 … total=0\"", found: text)
        }
        self.some = some
        self.full = full
    }

    private static func total(_ line: Span<UInt8>, _ number: Int) throws(FormatError) -> UInt64 {
        var position = 0
        while let field = line.nextField(&position, line.count) {
            let word = line.extracting(field)
            if word.hasPrefix("total="),
                let total = word.extracting(droppingFirst: 6).unsignedDecimal
            {
                return total
            }
        }
        throw FormatError(line: number, expected: "total=MICROSECONDS", found: line)
    }
}
