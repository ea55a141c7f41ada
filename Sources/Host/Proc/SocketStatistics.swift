import Bytes

/// One line of `/proc/net/sockstat` or `sockstat6`: the sockets of one protocol.
package struct SocketStatistics: Sendable, Equatable {
    /// Sockets in use; 0 where the line does not say.
    package private(set) var inUse: Int64 = 0
    /// Sockets of any protocol in use: the line `sockets` only.
    package private(set) var used: Int64?
    /// Sockets that no process holds.
    package private(set) var orphan: Int64?
    /// Sockets that wait after being closed.
    package private(set) var timeWait: Int64?
    /// Sockets that are allocated.
    package private(set) var allocated: Int64?
    /// Memory in pages.
    package private(set) var memoryPages: Int64?
    /// Memory in bytes: the lines `FRAG` and `FRAG6`.
    package private(set) var memory: Int64?

    /// The most lines taken from the file.
    package static var lineLimit: Int { 256 }

    /// Hands each line's place (from 0), protocol (`TCP`) and counts to `body`.
    package static func visit(
        _ text: Span<UInt8>,
        _ body: (_ index: Int, _ name: Span<UInt8>, _ sockets: SocketStatistics) -> Void,
    ) throws(FormatError) {
        var number = 0
        var offset = 0
        while number < Self.lineLimit, let range = text.nextLine(&offset) {
            number += 1
            let line = text.extracting(range)
            guard let colon = line.firstOffset(of: UInt8(ascii: ":")), colon > 0 else {
                throw FormatError(line: number, expected: "\"TCP: inuse 1 …\"", found: line)
            }
            let sockets = try SocketStatistics(line, after: colon, number)
            body(number - 1, line.extracting(first: colon), sockets)
        }
        if number == 0 { throw FormatError(expected: "lines as \"TCP: inuse 1\"", found: text) }
    }

    private init(_ line: Span<UInt8>, after colon: Int, _ number: Int) throws(FormatError) {
        var position = colon + 1
        var pairs = 0
        while let field = line.nextField(&position, line.count) {
            guard let digits = line.nextField(&position, line.count),
                let value = line.extracting(digits).signedDecimal
            else {
                throw FormatError(line: number, expected: "a number after each key", found: line)
            }
            self.take(line.extracting(field), value)
            pairs += 1
        }
        if pairs == 0 {
            throw FormatError(line: number, expected: "a key and its number", found: line)
        }
    }

    private mutating func take(_ key: Span<UInt8>, _ value: Int64) {
        if key.equals("inuse") {
            self.inUse = value
        } else if key.equals("used") {
            self.used = value
        } else if key.equals("orphan") {
            self.orphan = value
        } else if key.equals("tw") {
            self.timeWait = value
        } else if key.equals("alloc") {
            self.allocated = value
        } else if key.equals("mem") {
            self.memoryPages = value
        } else if key.equals("memory") {
            self.memory = value
        }
    }
}
