import Bytes

/// `/proc/vmstat`: counters and gauges of the memory manager.
package enum VirtualMemoryCounters {
    /// The most lines taken from the file.
    package static var lineLimit: Int { 4096 }

    /// Hands each line's place (from 0), name and digits to `body`.
    ///
    /// Most of some two hundred lines are of no interest to users, so the digits are left as they
    /// are; `value(_:_:)` reads those that are.
    package static func visit(
        _ text: Span<UInt8>,
        _ body: (_ index: Int, _ name: Span<UInt8>, _ digits: Span<UInt8>) throws(FormatError)
            -> Void,
    ) throws(FormatError) {
        var index = 0
        var offset = 0
        while index < Self.lineLimit, let range = text.nextLine(&offset) {
            let line = text.extracting(range)
            guard let space = line.firstOffset(of: UInt8(ascii: " ")), space > 0 else {
                throw FormatError(line: index + 1, expected: "\"name 1\"", found: line)
            }
            let digits = line.extracting(droppingFirst: space + 1)
            try body(index, line.extracting(first: space), digits)
            index += 1
        }
        if index == 0 { throw FormatError(expected: "lines as \"pgfault 1\"", found: text) }
    }

    /// The value of the line at `index`.
    package static func value(_ digits: Span<UInt8>, _ index: Int) throws(FormatError) -> Double {
        guard let value = digits.decimalFloat else {
            throw FormatError(line: index + 1, expected: "a number", found: digits)
        }
        return value
    }
}
