import Bytes

/// `/proc/net/netstat`, `/proc/net/snmp` and `/proc/net/snmp6`: counters of network protocols.
package enum ProtocolCounters {
    /// The most counters taken from one file.
    package static var limit: Int { 1 << 14 }

    /// What is handed over for each counter: its place (from 0), protocol, name and digits.
    package typealias Body = (
        _ index: Int,
        _ protocolName: Span<UInt8>,
        _ name: Span<UInt8>,
        _ digits: Span<UInt8>,
    ) throws(FormatError) -> Void

    /// How a file is written.
    package enum Layout: Sendable {
        /// Pairs of lines: `Tcp: InSegs OutSegs` and `Tcp: 12 13`.
        case pairs
        /// Lines as `Ip6InOctets 460`: the protocol ends with the first 6.
        case lines
    }

    /// Hands each counter to `body`.
    package static func visit(
        _ text: Span<UInt8>,
        _ layout: Layout,
        _ body: Body,
    ) throws(FormatError) {
        switch layout {
        case .pairs: try Self.visitPairs(text, body)
        case .lines: try Self.visitLines(text, body)
        }
    }

    private static func visitPairs(
        _ text: Span<UInt8>,
        _ body: Body,
    ) throws(FormatError) {
        var index = 0
        var line = 0
        var offset = 0
        while let headings = text.nextLine(&offset) {
            line += 2
            let names = text.extracting(headings)
            guard let values = text.nextLine(&offset),
                let colon = names.firstOffset(of: UInt8(ascii: ":"))
            else {
                throw FormatError(
                    line: line - 1,
                    expected: "a line of names and one of values",
                    found: names,
                )
            }
            try Self.visitPair(names, colon, text.extracting(values), line, &index, body)
        }
        if line == 0 {
            throw FormatError(expected: "\"Tcp: InSegs …\", \"Tcp: 1 …\"", found: text)
        }
    }

    private static func visitPair(
        _ names: Span<UInt8>,
        _ colon: Int,
        _ values: Span<UInt8>,
        _ line: Int,
        _ index: inout Int,
        _ body: Body,
    ) throws(FormatError) {
        var namePosition = colon + 1
        var valuePosition = 0
        _ = values.nextField(&valuePosition, values.count)
        while let name = names.nextField(&namePosition, names.count) {
            guard let value = values.nextField(&valuePosition, values.count) else {
                throw FormatError(
                    line: line,
                    expected: "as many values as there are names above",
                    found: values,
                )
            }
            if index == Self.limit { return }
            try body(
                index,
                names.extracting(first: colon),
                names.extracting(name),
                values.extracting(value),
            )
            index += 1
        }
        if values.nextField(&valuePosition, values.count) != nil {
            throw FormatError(
                line: line,
                expected: "as many values as there are names above",
                found: values,
            )
        }
    }

    private static func visitLines(
        _ text: Span<UInt8>,
        _ body: Body,
    ) throws(FormatError) {
        var index = 0
        var offset = 0
        while index < Self.limit, let range = text.nextLine(&offset) {
            let line = text.extracting(range)
            var position = 0
            guard let name = line.nextField(&position, line.count),
                let value = line.nextField(&position, line.count),
                let six = line.firstOffset(of: UInt8(ascii: "6"), to: name.upperBound)
            else { continue }
            try body(
                index,
                line.extracting(first: six + 1),
                line.extracting(six + 1..<name.upperBound),
                line.extracting(value),
            )
            index += 1
        }
    }

    /// The value of one counter.
    package static func value(_ digits: Span<UInt8>) throws(FormatError) -> Double {
        guard let value = digits.decimalFloat else {
            throw FormatError(expected: "a number", found: digits)
        }
        return value
    }
}
