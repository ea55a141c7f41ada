import Bytes

/// `/proc/net/udp` and `udp6`: bytes that wait in the queues of all sockets.
package struct UDPQueues: Sendable, Equatable {
    /// Bytes to be sent.
    package private(set) var transmit: UInt64 = 0
    /// Bytes to be read.
    package private(set) var receive: UInt64 = 0

    /// Parses a line of headings and one for each socket, whose fifth column is `TX:RX`.
    package init(parsing text: Span<UInt8>) throws(FormatError) {
        var number = 0
        var offset = 0
        while let range = text.nextLine(&offset) {
            number += 1
            if number == 1 { continue }
            let line = text.extracting(range)
            var position = 0
            for _ in 0..<4 { _ = line.nextField(&position, line.count) }
            guard let field = line.nextField(&position, line.count),
                let colon = line.firstOffset(
                    of: UInt8(ascii: ":"),
                    from: field.lowerBound,
                    to: field.upperBound,
                ),
                let transmit = line.extracting(field.lowerBound..<colon).unsignedHex,
                let receive = line.extracting(colon + 1..<field.upperBound).unsignedHex
            else {
                throw FormatError(
                    line: number,
                    expected: "the queues as TX:RX in column 5",
                    found: line,
                )
            }
            self.transmit &+= transmit
            self.receive &+= receive
        }
        if number == 0 { throw FormatError(expected: "a line of headings", found: text) }
    }
}
