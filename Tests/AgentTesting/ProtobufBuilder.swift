/// Writes protobuf messages by hand, field by field, also in ways that no library writes them.
package struct ProtobufBuilder: Sendable {
    /// What was written.
    package private(set) var bytes: [UInt8] = []

    /// An empty message.
    package init() {}

    /// Writes a message with a closure.
    package static func message(_ write: (inout ProtobufBuilder) -> Void) -> [UInt8] {
        var builder = ProtobufBuilder()
        write(&builder)
        return builder.bytes
    }

    /// Appends a varint without a tag.
    package mutating func raw(varint value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            self.bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        self.bytes.append(UInt8(rest))
    }

    /// Appends bytes as they are.
    package mutating func raw(_ bytes: [UInt8]) {
        self.bytes += bytes
    }

    /// Writes a number.
    package mutating func varint(_ field: UInt64, _ value: UInt64) {
        self.raw(varint: field << 3)
        self.raw(varint: value)
    }

    /// Writes a number in zigzag form.
    package mutating func zigzag(_ field: UInt64, _ value: Int64) {
        self.varint(field, Self.zigzag(value))
    }

    /// Writes a double.
    package mutating func double(_ field: UInt64, _ value: Double) {
        self.raw(varint: field << 3 | 1)
        self.raw(Self.little(value))
    }

    /// Writes bytes behind their length.
    package mutating func bytes(_ field: UInt64, _ value: [UInt8]) {
        self.raw(varint: field << 3 | 2)
        self.raw(varint: UInt64(value.count))
        self.bytes += value
    }

    /// Writes text.
    package mutating func text(_ field: UInt64, _ value: String) {
        self.bytes(field, Array(value.utf8))
    }

    /// Writes a message inside this one.
    package mutating func message(_ field: UInt64, _ write: (inout ProtobufBuilder) -> Void) {
        self.bytes(field, Self.message(write))
    }

    /// Writes a message behind its length, as streams have them.
    package mutating func framed(_ write: (inout ProtobufBuilder) -> Void) {
        let message = Self.message(write)
        self.raw(varint: UInt64(message.count))
        self.bytes += message
    }

    /// Writes zigzag numbers in packed form.
    package mutating func packed(_ field: UInt64, _ values: [Int64]) {
        self.bytes(
            field,
            Self.message { for value in values { $0.raw(varint: Self.zigzag(value)) } },
        )
    }

    /// Writes doubles in packed form.
    package mutating func packed(_ field: UInt64, _ values: [Double]) {
        self.bytes(field, values.flatMap(Self.little))
    }

    /// Writes a label pair.
    package mutating func label(_ name: String, _ value: String) {
        self.message(1) {
            $0.text(1, name)
            $0.text(2, value)
        }
    }

    private static func zigzag(_ value: Int64) -> UInt64 {
        UInt64(bitPattern: (value << 1) ^ (value >> 63))
    }

    private static func little(_ value: Double) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: value.bitPattern >> UInt64($0 * 8)) }
    }
}
