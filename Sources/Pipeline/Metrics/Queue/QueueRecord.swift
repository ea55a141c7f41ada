import Bytes

/// One block in a segment of the queue on disk: a header of 64 bytes, then the body.
///
/// All numbers are little-endian:
///
///     0  "MWQ1"                     24  oldest, milliseconds since 1970 (8)
///     4  check of bytes 8 to 63 (4) 32  newest (8)
///     8  check of the body (4)      40  targets (8)
///    12  the body's length (4)      48  samples (4)
///    16  number (8)                 52  histograms (4)
///                                   56  exemplars (4)
///                                   60  format (1), content (1), zero (2)
///
/// Both checks are CRC32C. A reader that finds no header where one should be looks for the next
/// mark whose check holds.
struct QueueRecord: Sendable, Hashable {
    static let headerLength = 64
    static let mark: [UInt8] = [0x4d, 0x57, 0x51, 0x31]
    /// The most bytes of a body; requests are smaller.
    static let bodyLimit = 32 << 20

    /// Rises from record to record, across restarts.
    let number: UInt64
    /// The body's length.
    let length: Int
    /// The body's check value.
    let checksum: UInt32
    let counts: SampleCounts
    let oldest: Int64
    let newest: Int64
    let targets: UInt64
    /// A `SampleBlock.Format`, or one that a newer agent wrote.
    let format: UInt8

    /// The bytes that the record takes.
    var size: Int { Self.headerLength + self.length }

    /// Describes a block of samples.
    init(_ block: SampleBlock, number: UInt64) {
        self.number = number
        self.length = block.payload.bytes.count
        self.checksum = Self.checksum(of: block.payload.bytes)
        self.counts = block.counts
        self.oldest = block.oldest
        self.newest = block.newest
        self.targets = block.targets
        self.format = block.format.rawValue
    }

    /// Reads the header at `offset`; nil when no sound one is there.
    init?(_ bytes: borrowing Span<UInt8>, at offset: Int) {
        guard bytes.count - offset >= Self.headerLength else { return nil }
        for place in 0..<4 where bytes[offset + place] != Self.mark[place] { return nil }
        let checked = bytes.extracting(offset + 8..<offset + Self.headerLength)
        guard CRC32C.checksum(of: checked) == bytes.word32(at: offset + 4) else { return nil }
        self.checksum = bytes.word32(at: offset + 8)
        self.length = Int(bytes.word32(at: offset + 12))
        self.number = bytes.word64(at: offset + 16)
        self.oldest = Int64(bitPattern: bytes.word64(at: offset + 24))
        self.newest = Int64(bitPattern: bytes.word64(at: offset + 32))
        self.targets = bytes.word64(at: offset + 40)
        self.counts = SampleCounts(
            samples: Int(bytes.word32(at: offset + 48)),
            histograms: Int(bytes.word32(at: offset + 52)),
            exemplars: Int(bytes.word32(at: offset + 56)),
        )
        self.format = bytes[offset + 60]
        if self.length > Self.bodyLimit || self.number == UInt64.max { return nil }
    }

    /// Appends the header.
    func append(to out: inout OutputBuffer) {
        var rest = OutputBuffer(capacity: Self.headerLength)
        rest.append(littleEndian: self.checksum)
        rest.append(littleEndian: UInt32(self.length))
        rest.append(littleEndian: self.number)
        rest.append(littleEndian: UInt64(bitPattern: self.oldest))
        rest.append(littleEndian: UInt64(bitPattern: self.newest))
        rest.append(littleEndian: self.targets)
        rest.append(littleEndian: UInt32(clamping: self.counts.samples))
        rest.append(littleEndian: UInt32(clamping: self.counts.histograms))
        rest.append(littleEndian: UInt32(clamping: self.counts.exemplars))
        rest.append(self.format)
        for _ in 0..<3 { rest.append(0) }
        for byte in Self.mark { out.append(byte) }
        out.append(littleEndian: CRC32C.checksum(of: rest.span))
        out.append(rest.span)
    }

    /// Whether these bytes are the body that was written.
    func matches(_ body: borrowing OutputBuffer) -> Bool {
        body.count == self.length && Self.checksum(of: body) == self.checksum
    }

    /// A body's check value.
    private static func checksum(of body: borrowing OutputBuffer) -> UInt32 {
        CRC32C.checksum(of: body.span)
    }

    /// The block with its body; nil when the format is not known.
    func block(_ payload: Payload) -> SampleBlock? {
        guard let format = SampleBlock.Format(rawValue: self.format) else { return nil }
        return SampleBlock(
            content: .samples,
            format: format,
            payload: payload,
            counts: self.counts,
            oldest: self.oldest,
            newest: self.newest,
            targets: self.targets,
            number: self.number,
        )
    }
}

extension Span where Element == UInt8 {
    func word32(at offset: Int) -> UInt32 {
        (0..<4).reduce(0) { $0 | UInt32(self[offset + $1]) << UInt32($1 * 8) }
    }

    func word64(at offset: Int) -> UInt64 {
        (0..<8).reduce(0) { $0 | UInt64(self[offset + $1]) << UInt64($1 * 8) }
    }
}
