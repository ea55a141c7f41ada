import Bytes

/// `/proc/net/dev`: what each network device received and sent.
package enum NetworkDeviceTable {
    /// The most lines taken from the file.
    package static var lineLimit: Int { 1 << 16 }

    /// The columns: bytes, packets, errs, drop, fifo, frame, compressed, multicast received, then
    /// bytes, packets, errs, drop, fifo, colls, carrier, compressed sent.
    package typealias Columns = InlineArray<16, UInt64>

    /// Hands each device's name and columns to `body`.
    package static func visit(
        _ text: Span<UInt8>,
        _ body: (_ name: Span<UInt8>, _ columns: Columns) -> Void,
    ) throws(FormatError) {
        var number = 0
        var offset = 0
        while number < Self.lineLimit, let range = text.nextLine(&offset) {
            number += 1
            let line = text.extracting(range)
            if number <= 2 {
                if line.firstOffset(of: UInt8(ascii: "|")) != nil { continue }
                throw FormatError(line: number, expected: "a line of headings", found: line)
            }
            guard let colon = line.lastOffset(of: UInt8(ascii: ":")) else {
                throw FormatError(line: number, expected: "\"eth0: 1 2 3 …\"", found: line)
            }
            let name = line.extracting(first: colon).trimmed
            if name.isEmpty {
                throw FormatError(line: number, expected: "a device's name", found: line)
            }
            var columns = Columns(repeating: 0)
            var position = colon + 1
            for index in 0..<16 {
                guard let value = line.nextUnsigned(&position, line.count) else {
                    throw FormatError(
                        line: number,
                        expected: "16 counts after the device's name",
                        found: line,
                    )
                }
                columns[index] = value
            }
            body(name, columns)
        }
        if number < 2 { throw FormatError(expected: "two lines of headings", found: text) }
    }
}
