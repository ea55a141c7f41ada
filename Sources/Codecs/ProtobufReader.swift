import Bytes

/// Why a protobuf message can't be read.
package struct ProtobufError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Where in the bytes, from 0.
    package let offset: Int
    /// What was expected.
    package let expected: String
    /// What was there instead.
    package let found: String

    /// Describes what is wrong at an offset.
    package init(at offset: Int, expected: String, found: String) {
        self.offset = offset
        self.expected = expected
        self.found = found
    }

    package var description: String {
        "byte \(self.offset): expected \(self.expected), found \(self.found)"
    }

    /// The same, counted from `bytes` bytes further up.
    package func moved(by bytes: Int) -> ProtobufError {
        ProtobufError(at: self.offset + bytes, expected: self.expected, found: self.found)
    }
}

/// Walks over the fields of one message: `next`, then one of the methods that take a value.
///
/// Every length is held against the message's end; nothing is allocated. Groups, which proto2 gave
/// up, are skipped by nobody and are an error. Source: Protocol Buffers, "Encoding".
package struct ProtobufReader {
    /// How a field is written.
    package enum Wire: UInt8, Sendable {
        case varint = 0
        case fixed64 = 1
        case bytes = 2
        case fixed32 = 5
    }

    /// Where reading goes on.
    package private(set) var offset: Int
    /// Where the message ends.
    package let end: Int
    /// The number of the field whose value comes next.
    package private(set) var field = 0
    /// How that value is written.
    package private(set) var wire = Wire.varint
    /// Where its tag begins.
    package private(set) var start: Int

    /// Begins with a message at a range of the bytes that are handed to the methods.
    package init(_ range: Range<Int>) {
        self.offset = range.lowerBound
        self.start = range.lowerBound
        self.end = range.upperBound
    }

    /// Goes to the next field; false at the message's end.
    @inline(__always)
    package mutating func next(in bytes: borrowing Span<UInt8>) throws(ProtobufError) -> Bool {
        if self.offset >= self.end { return false }
        self.start = self.offset
        let tag = try self.varint(in: bytes)
        guard let wire = Wire(rawValue: UInt8(truncatingIfNeeded: tag & 7)), tag >> 3 > 0,
            tag >> 3 < 1 << 29
        else {
            throw ProtobufError(at: self.start, expected: "a field's tag", found: "\(tag)")
        }
        self.field = Int(truncatingIfNeeded: tag >> 3)
        self.wire = wire
        return true
    }

    /// Takes a varint that stands here, whatever the field says.
    @inline(__always)
    package mutating func varint(in bytes: borrowing Span<UInt8>) throws(ProtobufError) -> UInt64 {
        if self.offset < self.end, bytes[self.offset] < 0x80 {
            self.offset &+= 1
            return UInt64(bytes[self.offset &- 1])
        }
        return try self.longVarint(in: bytes)
    }

    private mutating func longVarint(
        in bytes: borrowing Span<UInt8>
    ) throws(ProtobufError) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        let start = self.offset
        while self.offset < self.end, shift < 64 {
            let byte = bytes[self.offset]
            self.offset &+= 1
            value |= UInt64(byte & 0x7f) << shift
            if byte < 0x80 { return value }
            shift += 7
        }
        throw ProtobufError(
            at: start,
            expected: "a number of at most 10 bytes",
            found: shift < 64 ? "the message's end" : "more",
        )
    }

    /// Takes the field's value as a varint.
    @inline(__always)
    package mutating func number(in bytes: borrowing Span<UInt8>) throws(ProtobufError) -> UInt64 {
        try self.expect(.varint, "a varint")
        return try self.varint(in: bytes)
    }

    /// Takes the field's value as a zigzag varint.
    package mutating func zigzag(in bytes: borrowing Span<UInt8>) throws(ProtobufError) -> Int64 {
        Self.zigzag(try self.number(in: bytes))
    }

    /// The number that a zigzag varint stands for.
    package static func zigzag(_ raw: UInt64) -> Int64 {
        Int64(bitPattern: raw >> 1) ^ -Int64(bitPattern: raw & 1)
    }

    /// Takes the field's value as the bits of a double.
    @inline(__always)
    package mutating func double(in bytes: borrowing Span<UInt8>) throws(ProtobufError) -> UInt64 {
        try self.expect(.fixed64, "a double")
        return try self.fixed64(in: bytes)
    }

    /// Takes eight bytes that stand here, whatever the field says.
    @inline(__always)
    package mutating func fixed64(in bytes: borrowing Span<UInt8>) throws(ProtobufError) -> UInt64 {
        if self.end &- self.offset < 8 { throw self.endsInside("eight bytes") }
        // Checked against the bytes' bounds; any eight bytes are a number.
        let value = unsafe bytes.bytes.unsafeLoadUnaligned(
            fromByteOffset: self.offset,
            as: UInt64.self,
        )
        self.offset &+= 8
        return UInt64(littleEndian: value)
    }

    /// Takes the field's value as a message or text; the range is what stands inside.
    @inline(__always)
    package mutating func message(
        in bytes: borrowing Span<UInt8>
    ) throws(ProtobufError) -> Range<Int> {
        try self.expect(.bytes, "a length and as many bytes")
        let length = try self.varint(in: bytes)
        if length > UInt64(self.end &- self.offset) { throw self.endsInside("\(length) bytes") }
        let start = self.offset
        self.offset &+= Int(length)
        return start..<self.offset
    }

    /// Passes over the field's value.
    package mutating func skip(in bytes: borrowing Span<UInt8>) throws(ProtobufError) {
        switch self.wire {
        case .varint: _ = try self.varint(in: bytes)
        case .fixed64: _ = try self.fixed64(in: bytes)
        case .bytes: _ = try self.message(in: bytes)
        case .fixed32:
            if self.end - self.offset < 4 { throw self.endsInside("four bytes") }
            self.offset += 4
        }
    }

    /// Takes the values of a repeated field, packed or one at a time, and hands each to `take`.
    @inline(__always)
    package mutating func numbers(
        in bytes: borrowing Span<UInt8>,
        _ take: (UInt64) throws(ProtobufError) -> Void,
    ) throws(ProtobufError) {
        if self.wire == .varint { return try take(try self.varint(in: bytes)) }
        var packed = ProtobufReader(try self.message(in: bytes))
        while packed.offset < packed.end { try take(try packed.varint(in: bytes)) }
    }

    /// Takes the doubles of a repeated field, packed or one at a time, and hands each to `take`.
    @inline(__always)
    package mutating func doubles(
        in bytes: borrowing Span<UInt8>,
        _ take: (UInt64) throws(ProtobufError) -> Void,
    ) throws(ProtobufError) {
        if self.wire == .fixed64 { return try take(try self.fixed64(in: bytes)) }
        var packed = ProtobufReader(try self.message(in: bytes))
        while packed.offset < packed.end { try take(try packed.fixed64(in: bytes)) }
    }

    @inline(__always)
    private func expect(_ wire: Wire, _ expected: StaticString) throws(ProtobufError) {
        if self.wire != wire { throw self.mismatch(expected) }
    }

    private func mismatch(_ expected: StaticString) -> ProtobufError {
        ProtobufError(
            at: self.start,
            expected: "\(expected) in field \(self.field)",
            found: "wire type \(self.wire.rawValue)",
        )
    }

    private func endsInside(_ expected: String) -> ProtobufError {
        ProtobufError(
            at: self.offset,
            expected: "\(expected) in field \(self.field)",
            found: "\(self.end - self.offset) bytes until the message's end",
        )
    }
}
