import Bytes

/// What the first bytes of a journal file say of its entries.
///
/// Source: systemd, "Journal File Format", "Header". The part that is read has been the same since
/// the format's first version.
package struct JournalFileHeader: Sendable, Hashable {
    /// How many bytes are looked at.
    package static let length = 208
    /// What every journal file begins with.
    private static let signature: StaticString = "LPKSHHRH"

    /// What no other file has: 32 hexadecimal digits.
    package let fileID: String
    /// What numbers the entries: 32 hexadecimal digits, shared by all files of one sequence.
    package let sequenceID: String
    /// The entries in the file.
    package let entries: UInt64
    /// The first entry's number; 0 in a file without entries.
    package let head: Int64
    /// The last entry's number; its writer may still be at it, while entries below are whole.
    package let tail: Int64
    /// When the first entry was written, in microseconds since 1970.
    package let headMicroseconds: Int64
    /// The start of the machine in which the last entry was written: 32 hexadecimal digits.
    package let bootID: String
    /// When the last entry was written, in microseconds since then.
    package let tailMonotonic: UInt64
    /// Whether nothing will be added: the file was set aside.
    package let isArchived: Bool

    /// Describes a file, for tests.
    package init(
        fileID: String = "",
        sequenceID: String,
        entries: UInt64,
        head: Int64,
        tail: Int64,
        headMicroseconds: Int64 = 0,
        bootID: String = "",
        tailMonotonic: UInt64 = 0,
        isArchived: Bool = false,
    ) {
        self.fileID = fileID
        self.sequenceID = sequenceID
        self.entries = entries
        self.head = head
        self.tail = tail
        self.headMicroseconds = headMicroseconds
        self.bootID = bootID
        self.tailMonotonic = tailMonotonic
        self.isArchived = isArchived
    }

    /// Reads the header from a file's first bytes.
    package init(parsing bytes: Span<UInt8>) throws(FormatError) {
        guard bytes.hasPrefix(Self.signature) else {
            throw FormatError(
                expected: "a journal file, which begins with LPKSHHRH",
                found: bytes.extracting(first: 8),
            )
        }
        guard bytes.count >= Self.length else {
            throw FormatError(expected: "a journal file's header of 208 bytes", found: bytes)
        }
        let state = bytes[16]
        guard state <= 2 else {
            throw FormatError(
                expected: "a journal file's state of 0, 1 or 2",
                found: bytes.extracting(16..<17),
            )
        }
        self.isArchived = state == 2
        self.fileID = Self.id(bytes, at: 24)
        self.bootID = Self.id(bytes, at: 56)
        self.sequenceID = Self.id(bytes, at: 72)
        self.entries = Self.number(bytes, at: 152)
        self.tail = Int64(clamping: Self.number(bytes, at: 160))
        self.head = Int64(clamping: Self.number(bytes, at: 168))
        self.headMicroseconds = Int64(clamping: Self.number(bytes, at: 184))
        self.tailMonotonic = Self.number(bytes, at: 200)
        guard self.head <= self.tail, self.tail < .max else {
            throw FormatError(
                expected: "a journal file whose first entry is not behind its last",
                found: bytes.extracting(160..<176),
            )
        }
    }

    private static func id(_ bytes: Span<UInt8>, at offset: Int) -> String {
        var id = OutputBuffer(capacity: 32)
        for index in 0..<16 { id.append(hex: UInt64(bytes[offset + index]), width: 2) }
        return id.text
    }

    private static func number(_ bytes: Span<UInt8>, at offset: Int) -> UInt64 {
        var number: UInt64 = 0
        for index in 0..<8 { number |= UInt64(bytes[offset + index]) << UInt64(8 * index) }
        return number
    }
}
