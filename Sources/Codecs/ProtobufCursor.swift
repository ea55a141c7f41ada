import Bytes

/// Reads the fields of one protobuf message, one after the other.
///
/// Source: Protocol Buffers, Encoding. Groups, which proto3 does not have, are malformed.
struct ProtobufCursor {
    /// Where the message's bytes are malformed.
    struct Malformed: Error {
        /// The offset in the bytes that were read.
        let offset: Int
    }

    /// A field's content.
    enum Content {
        /// A varint, or a fixed 32-bit number.
        case number(UInt64)
        /// A fixed 64-bit number.
        case fixed(UInt64)
        /// Where the bytes of a text, message or packed list are.
        case bytes(Range<Int>)
    }

    private(set) var offset: Int
    private let end: Int

    /// Reads the message that a range of the bytes holds.
    init(_ range: Range<Int>) {
        self.offset = range.lowerBound
        self.end = range.upperBound
    }

    /// Whether the whole message was read.
    var isAtEnd: Bool { self.offset >= self.end }

    /// The next field; nil at the end of the message.
    mutating func next(
        _ bytes: borrowing Span<UInt8>
    ) throws(Malformed) -> (number: UInt64, content: Content)? {
        if self.isAtEnd { return nil }
        let start = self.offset
        let key = try self.varint(bytes)
        let number = key >> 3
        if number == 0 { throw Malformed(offset: start) }
        switch key & 7 {
        case 0:
            return (number, .number(try self.varint(bytes)))
        case 1:
            return (number, .fixed(try self.littleEndian(bytes, 8)))
        case 2:
            let length = try self.varint(bytes)
            guard length <= UInt64(self.end - self.offset) else { throw Malformed(offset: start) }
            let range = self.offset..<self.offset + Int(length)
            self.offset = range.upperBound
            return (number, .bytes(range))
        case 5:
            return (number, .number(try self.littleEndian(bytes, 4)))
        default:
            throw Malformed(offset: start)
        }
    }

    /// Reads a varint of a packed list, or a key.
    mutating func varint(_ bytes: borrowing Span<UInt8>) throws(Malformed) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        let start = self.offset
        while self.offset < self.end, shift < 64 {
            let byte = bytes[self.offset]
            self.offset &+= 1
            value |= UInt64(byte & 0x7f) << shift
            if byte < 0x80 { return value }
            shift &+= 7
        }
        throw Malformed(offset: start)
    }

    private mutating func littleEndian(
        _ bytes: borrowing Span<UInt8>,
        _ count: Int,
    ) throws(Malformed) -> UInt64 {
        guard self.end - self.offset >= count else { throw Malformed(offset: self.offset) }
        var value: UInt64 = 0
        for place in 0..<count {
            value |= UInt64(bytes[self.offset &+ place]) << UInt64(place &* 8)
        }
        self.offset &+= count
        return value
    }
}
