import Bytes

/// `/proc/vmstat`: counters and gauges of the memory manager.
package enum VirtualMemoryCounters {
    /// The most lines taken from the file.
    package static var lineLimit: Int { 4096 }

    /// Hands each line's place (from 0), name and value to `body`.
    package static func visit(
        _ text: Span<UInt8>,
        _ body: (_ index: Int, _ name: Span<UInt8>, _ value: Double) -> Void,
    ) throws(FormatError) {
        var index = 0
        var offset = 0
        while index < Self.lineLimit, let range = text.nextLine(&offset) {
            var position = range.lowerBound
            guard let name = text.nextField(&position, range.upperBound),
                let value = text.nextField(&position, range.upperBound),
                let number = text.extracting(value).decimalFloat
            else {
                throw FormatError(
                    line: index + 1,
                    expected: "\"name 1\"",
                    found: text.extracting(range),
                )
            }
            body(index, text.extracting(name), number)
            index += 1
        }
        if index == 0 { throw FormatError(expected: "lines as \"pgfault 1\"", found: text) }
    }
}
