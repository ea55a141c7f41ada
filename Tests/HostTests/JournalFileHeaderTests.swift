import Bytes
import Host
import Testing

@Suite struct JournalFileHeaderTests {
    /// The header of a file, as systemd 252 writes it.
    private static func header(
        state: UInt8 = 1,
        entries: UInt64 = 3,
        head: UInt64 = 41,
        tail: UInt64 = 43,
    ) -> [UInt8] {
        var bytes = Array("LPKSHHRH".utf8) + [UInt8](repeating: 0, count: 264)
        bytes[16] = state
        for index in 0..<16 {
            bytes[24 + index] = UInt8(index)
            bytes[72 + index] = 0xf0 | UInt8(index)
        }
        for (offset, number) in [(152, entries), (160, tail), (168, head), (184, 1_700_000)] {
            for index in 0..<8 { bytes[offset + index] = UInt8(number >> (8 * index) & 0xff) }
        }
        return bytes
    }

    @Test func `says what is in the file`() throws {
        let header = try JournalFileHeader(parsing: Self.header().span)
        #expect(header.fileID == "000102030405060708090a0b0c0d0e0f")
        #expect(header.sequenceID == "f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff")
        #expect(header.entries == 3)
        #expect(header.head == 41)
        #expect(header.tail == 43)
        #expect(header.headMicroseconds == 1_700_000)
        #expect(!header.isArchived)
    }

    @Test(arguments: [(0, false), (1, false), (2, true)])
    func `only one state is archived`(state: UInt8, isArchived: Bool) throws {
        let header = try JournalFileHeader(parsing: Self.header(state: state).span)
        #expect(header.isArchived == isArchived)
    }

    @Test func `a file without entries has no numbers`() throws {
        let bytes = Self.header(entries: 0, head: 0, tail: 0)
        #expect(try JournalFileHeader(parsing: bytes.span).entries == 0)
    }

    @Test func `one byte less is no header`() throws {
        let bytes = Self.header()
        _ = try JournalFileHeader(parsing: bytes.span.extracting(first: JournalFileHeader.length))
        for count in [0, 7, 8, 100, JournalFileHeader.length - 1] {
            #expect(throws: FormatError.self) {
                try JournalFileHeader(parsing: bytes.span.extracting(first: count))
            }
        }
    }

    @Test(arguments: [
        Array("NOTAHEAD".utf8) + [UInt8](repeating: 0, count: 300),
        [UInt8](repeating: 0, count: 300),
        header(state: 3),
        header(state: 255),
        header(head: 44, tail: 43),
        header(head: .max, tail: .max),
        header(head: 1, tail: UInt64(Int64.max)),
    ])
    func `what is no journal is refused`(bytes: [UInt8]) {
        #expect(throws: FormatError.self) { try JournalFileHeader(parsing: bytes.span) }
    }
}
