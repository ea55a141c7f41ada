import Bytes

/// `/proc/net/sockstat` and `sockstat6`: sockets in use for each protocol.
package enum SocketStatistics {
    /// The most lines taken from the file.
    package static var lineLimit: Int { 256 }

    /// Hands each pair's protocol (`TCP`), key (`inuse`) and value to `body`.
    package static func visit(
        _ text: Span<UInt8>,
        _ body: (_ protocol: Span<UInt8>, _ key: Span<UInt8>, _ value: Int64) -> Void,
    ) throws(FormatError) {
        var number = 0
        var offset = 0
        while number < Self.lineLimit, let range = text.nextLine(&offset) {
            number += 1
            let line = text.extracting(range)
            guard let colon = line.firstOffset(of: UInt8(ascii: ":")), colon > 0 else {
                throw FormatError(line: number, expected: "\"TCP: inuse 1 …\"", found: line)
            }
            let name = line.extracting(first: colon)
            var position = colon + 1
            var pairs = 0
            while let key = line.nextField(&position, line.count) {
                guard let field = line.nextField(&position, line.count),
                    let value = line.extracting(field).signedDecimal
                else {
                    throw FormatError(
                        line: number,
                        expected: "a number after each key",
                        found: line,
                    )
                }
                body(name, line.extracting(key), value)
                pairs += 1
            }
            if pairs == 0 {
                throw FormatError(line: number, expected: "a key and its number", found: line)
            }
        }
        if number == 0 { throw FormatError(expected: "lines as \"TCP: inuse 1\"", found: text) }
    }
}
