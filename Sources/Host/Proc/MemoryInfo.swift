import Bytes

/// `/proc/meminfo`: how memory is used.
package enum MemoryInfo {
    /// The most lines taken from the file.
    package static var lineLimit: Int { 1024 }

    /// Hands each line's place (from 0), name and value to `body`.
    ///
    /// The name is as in the file, `Active(anon)`; the value is in bytes, or a count where the file
    /// gives no unit.
    package static func visit(
        _ text: Span<UInt8>,
        _ body: (_ index: Int, _ name: Span<UInt8>, _ value: UInt64) -> Void,
    ) throws(FormatError) {
        var index = 0
        var offset = 0
        while index < Self.lineLimit, let range = text.nextLine(&offset) {
            let line = text.extracting(range)
            guard let colon = line.firstOffset(of: UInt8(ascii: ":")), colon > 0 else {
                throw FormatError(line: index + 1, expected: "\"Name: 1 kB\"", found: line)
            }
            body(index, line.extracting(first: colon), try Self.value(line, colon + 1, index + 1))
            index += 1
        }
        if index == 0 { throw FormatError(expected: "lines as \"MemTotal: 1 kB\"", found: text) }
    }

    private static func value(
        _ line: Span<UInt8>,
        _ start: Int,
        _ number: Int,
    ) throws(FormatError) -> UInt64 {
        var position = start
        guard let value = line.nextUnsigned(&position, line.count) else {
            throw FormatError(line: number, expected: "a number after the name", found: line)
        }
        guard let unit = line.nextField(&position, line.count) else { return value }
        // The kernel knows no other unit.
        let (bytes, over) = value.multipliedReportingOverflow(by: 1024)
        guard line.extracting(unit).equals("kB"), !over else {
            throw FormatError(line: number, expected: "no unit or \"kB\"", found: line)
        }
        return bytes
    }
}
