package import Bytes

/// Builds one snappy block piece by piece, holding no more than a fragment of it uncompressed.
///
/// A block is its length followed by elements; elements never refer across the 64 KiB fragments that
/// a compressor works on. So fragments are compressed as they fill, and the length is put in front
/// at the end.
package struct SnappyStream: ~Copyable {
    /// What is not compressed yet.
    ///
    /// Append here, then call `settle()`.
    package var pending = OutputBuffer(capacity: Snappy.fragment + 4096)
    private var elements = OutputBuffer(capacity: 4096)
    private var scratch = OutputBuffer(capacity: 4096)
    private var settled = 0

    /// The most bytes that each buffer keeps from one block to the next.
    private static let keptBytes = 1 << 20

    /// Makes an empty stream.
    package init() {}

    /// The bytes appended so far, uncompressed.
    package var uncompressedCount: Int { self.settled + self.pending.count }

    /// Compresses what has filled a fragment.
    package mutating func settle() {
        while self.pending.count >= Snappy.fragment { self.compress(Snappy.fragment) }
    }

    /// Appends the block to `output` and begins anew.
    package mutating func finish(into output: inout OutputBuffer) {
        self.settle()
        if !self.pending.isEmpty { self.compress(self.pending.count) }
        output.reserve(self.elements.count + 5)
        output.append(varint: UInt64(self.settled))
        output.append(self.elements.span)
        self.removeAll()
    }

    /// Appends a block that holds `prefix` and then what was appended here, and begins anew.
    package mutating func finish(
        into output: inout OutputBuffer,
        behind prefix: borrowing Span<UInt8>,
    ) {
        self.settle()
        if !self.pending.isEmpty { self.compress(self.pending.count) }
        output.reserve(self.elements.count + prefix.count / 2)
        output.append(varint: UInt64(prefix.count + self.settled))
        var start = 0
        while start < prefix.count {
            let end = min(start + Snappy.fragment, prefix.count)
            self.scratch.removeAll()
            Snappy.append(compressing: prefix.extracting(start..<end), to: &self.scratch)
            let header = varintLength(UInt64(end - start))
            Self.append(self.scratch, droppingFirst: header, to: &output)
            start = end
        }
        output.append(self.elements.span)
        self.removeAll()
    }

    /// Forgets everything and keeps the memory, up to a limit.
    package mutating func removeAll() {
        self.pending.removeAll()
        self.elements.removeAll()
        self.settled = 0
        // One request with labels of many megabytes must not be remembered for good.
        self.pending.shrink(to: Self.keptBytes)
        self.elements.shrink(to: Self.keptBytes)
    }

    private mutating func compress(_ count: Int) {
        self.scratch.removeAll()
        Self.compress(self.pending, count, into: &self.scratch)
        Self.append(self.scratch, droppingFirst: varintLength(UInt64(count)), to: &self.elements)
        self.pending.removeFirst(count)
        self.settled += count
    }

    private static func compress(
        _ bytes: borrowing OutputBuffer,
        _ count: Int,
        into output: inout OutputBuffer,
    ) {
        Snappy.append(compressing: bytes.span.extracting(first: count), to: &output)
    }

    /// A block of its own begins with its length, which the whole has only once.
    private static func append(
        _ block: borrowing OutputBuffer,
        droppingFirst header: Int,
        to output: inout OutputBuffer,
    ) {
        output.append(block.span.extracting(droppingFirst: header))
    }
}
