public import Bytes

/// Every distinct label pair of one target, stored once and known by a small number.
///
/// A pair is kept as the protobuf message that remote write 1.0 sends for it, tag and length
/// included, so that encoding a series copies bytes and nothing more:
/// `0a LENGTH 0a LENGTH name 12 LENGTH value` with varint lengths.
public struct LabelTable: ~Copyable, Sendable {
    @usableFromInline var bytes: OutputBuffer
    /// Pair `p` is `bytes[starts[p]..<starts[p + 1]]`.
    @usableFromInline var starts: [UInt32]
    /// Open addressing by the pair's bytes: pair number + 1, or 0 where nothing is.
    private var index: [UInt32]
    private let hash: KeyedHash

    /// The most bytes of labels in one table; offsets have 32 bits.
    public static let maximumBytes = 1 << 31

    /// Makes an empty table.
    public init(hash: KeyedHash) {
        self.bytes = OutputBuffer(capacity: 512)
        self.starts = [0]
        self.index = Array(repeating: 0, count: 32)
        self.hash = hash
    }

    /// The number of pairs.
    @inlinable
    public var count: Int { self.starts.count - 1 }

    /// The memory the table holds, in bytes.
    public var footprint: Int {
        self.bytes.capacity + (self.starts.capacity + self.index.capacity) * 4
    }

    /// All pairs in protobuf form, one after the other.
    @inlinable
    public var encoded: OutputBuffer { borrowing _read { yield self.bytes } }

    /// Where a pair's protobuf form is in `encoded`.
    @inlinable
    public func range(of pair: UInt32) -> Range<Int> {
        Int(self.starts[Int(pair)])..<Int(self.starts[Int(pair) + 1])
    }

    /// Where a pair's name is in `encoded`.
    public func nameRange(of pair: UInt32) -> Range<Int> { self.parts(of: pair).name }

    /// Where a pair's value is in `encoded`.
    public func valueRange(of pair: UInt32) -> Range<Int> { self.parts(of: pair).value }

    /// Where a pair's name and value are in `encoded`.
    public func parts(of pair: UInt32) -> (name: Range<Int>, value: Range<Int>) {
        var offset = Int(self.starts[Int(pair)])
        return Self.nextParts(self.bytes.span, &offset)
    }

    /// Where name and value are of the pair that begins at `offset`, which moves behind it.
    ///
    /// - Precondition: the bytes hold pairs as `encoded` does, one after the other.
    public static func nextParts(
        _ bytes: borrowing Span<UInt8>,
        _ offset: inout Int,
    ) -> (name: Range<Int>, value: Range<Int>) {
        offset += 1
        _ = Self.varint(bytes, &offset)
        offset += 1
        let nameLength = Self.varint(bytes, &offset)
        let name = offset..<offset + nameLength
        offset = name.upperBound + 1
        let valueLength = Self.varint(bytes, &offset)
        let value = offset..<offset + valueLength
        offset = value.upperBound
        return (name, value)
    }

    /// The number of a pair, given it when it is new; nil when the table is full.
    public mutating func intern(
        _ name: borrowing Span<UInt8>,
        _ value: borrowing Span<UInt8>,
    ) -> UInt32? {
        let start = self.bytes.count
        self.encode(name, value)
        let length = self.bytes.count - start
        let hash = self.hash(self.bytes.span, from: start, count: length)
        var slot = Int(truncatingIfNeeded: hash) & (self.index.count - 1)
        while self.index[slot] != 0 {
            let pair = self.index[slot] - 1
            if self.equal(self.range(of: pair), start..<start + length) {
                self.bytes.truncate(to: start)
                return pair
            }
            slot = (slot + 1) & (self.index.count - 1)
        }
        guard self.bytes.count <= Self.maximumBytes else {
            self.bytes.truncate(to: start)
            return nil
        }
        let pair = UInt32(self.count)
        self.starts.appendCompactly(UInt32(self.bytes.count))
        self.index[slot] = pair + 1
        if self.count * 4 > self.index.count * 3 { self.growIndex() }
        return pair
    }

    private func equal(_ left: Range<Int>, _ right: Range<Int>) -> Bool {
        let text = self.bytes.span
        return text.extracting(left).equals(text.extracting(right))
    }

    private mutating func encode(_ name: borrowing Span<UInt8>, _ value: borrowing Span<UInt8>) {
        Self.append(name, value, to: &self.bytes)
    }

    /// Appends a pair in the form that `encoded` has.
    public static func append(
        _ name: borrowing Span<UInt8>,
        _ value: borrowing Span<UInt8>,
        to output: inout OutputBuffer,
    ) {
        let nameLength = 1 + varintLength(UInt64(name.count)) + name.count
        let valueLength = 1 + varintLength(UInt64(value.count)) + value.count
        output.append(0x0a)
        output.append(varint: UInt64(nameLength + valueLength))
        output.append(0x0a)
        output.append(varint: UInt64(name.count))
        output.append(name)
        output.append(0x12)
        output.append(varint: UInt64(value.count))
        output.append(value)
    }

    private mutating func growIndex() {
        let size = self.index.count * 2
        self.index = Array(repeating: 0, count: size)
        for pair in 0..<UInt32(self.count) {
            let range = self.range(of: pair)
            let hash = self.hash(self.bytes.span, from: range.lowerBound, count: range.count)
            var slot = Int(truncatingIfNeeded: hash) & (size - 1)
            while self.index[slot] != 0 { slot = (slot + 1) & (size - 1) }
            self.index[slot] = pair + 1
        }
    }

    /// Reads a varint that this table wrote itself.
    private static func varint(_ bytes: borrowing Span<UInt8>, _ offset: inout Int) -> Int {
        var value = 0
        var shift = 0
        while bytes[offset] >= 0x80 {
            value |= Int(bytes[offset] & 0x7f) << shift
            shift += 7
            offset += 1
        }
        value |= Int(bytes[offset]) << shift
        offset += 1
        return value
    }
}
