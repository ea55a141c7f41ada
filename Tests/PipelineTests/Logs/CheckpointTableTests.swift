import Bytes
import Telemetry
import Testing

@testable import Pipeline

struct CheckpointTableTests {
    private static func identity(_ number: UInt64) -> LogIdentity {
        LogIdentity(inode: number, fingerprint: number &* 0x9e37_79b9_7f4a_7c15)
    }

    /// A file as a busy sink leaves it, and where each content was confirmed, record by record.
    private static func sample() -> (bytes: [UInt8], confirmed: [LogIdentity: [Int64]]) {
        var out = OutputBuffer()
        var table = CheckpointTable()
        table.append(to: &out)
        var confirmed: [LogIdentity: [Int64]] = [:]
        for number in 1...3 as ClosedRange<UInt64> {
            CheckpointRecord.file(id: number, self.identity(number), path: "/a/\(number).log")
                .append(to: &out)
        }
        for sequence in 1...20 as ClosedRange<UInt64> {
            let targets = (1...3 as ClosedRange<UInt64>).map { id in
                CheckpointRecord.Target(
                    id: id,
                    end: LogBookmark(LogPosition(Int64(sequence * 1000 + id)), marker: sequence),
                )
            }
            CheckpointRecord.intent(sequence: sequence, targets).append(to: &out)
            if sequence == 20 { break }
            CheckpointRecord.confirmed(sequence: sequence).append(to: &out)
            for target in targets {
                confirmed[self.identity(target.id), default: [0]].append(target.end.position.resume)
            }
        }
        table.apply(.forgotten(id: 9))
        return (out.array, confirmed)
    }

    @Test func `what was confirmed is read back and what was sent is remembered`() throws {
        let (bytes, _) = Self.sample()
        let foundTable = CheckpointTable.read(bytes.span)
        let (table, reading) = try #require(foundTable)
        #expect(reading.damagedBytes == 0)
        #expect(table.entries.count == 3)
        let entry = try #require(table.entries[Self.identity(2)])
        #expect(entry.bookmark == LogBookmark(LogPosition(19_002), marker: 19))
        #expect(entry.intended == LogPosition(20_002))
        #expect(entry.path == "/a/2.log")
    }

    @Test func `a table written anew says the same`() throws {
        let (bytes, _) = Self.sample()
        let foundTable = CheckpointTable.read(bytes.span)
        let (table, _) = try #require(foundTable)
        var out = OutputBuffer()
        table.append(to: &out)
        let foundAgain = CheckpointTable.read(out.span)
        let (again, reading) = try #require(foundAgain)
        #expect(reading.damagedBytes == 0)
        #expect(again.entries == table.entries)
    }

    @Test func `a file cut anywhere never says more than was confirmed`() {
        let (bytes, confirmed) = Self.sample()
        for length in 0..<bytes.count {
            let cut = Array(bytes.prefix(length))
            guard let (table, _) = CheckpointTable.read(cut.span) else {
                #expect(length < CheckpointTable.header.count)
                continue
            }
            Self.check(table, confirmed)
        }
    }

    @Test func `a flipped bit anywhere never says more than was confirmed`() {
        let (bytes, confirmed) = Self.sample()
        for offset in CheckpointTable.header.count..<bytes.count {
            for bit in 0..<8 {
                var damaged = bytes
                damaged[offset] ^= 1 << UInt8(bit)
                guard let (table, reading) = CheckpointTable.read(damaged.span) else {
                    Issue.record("the whole file was given up for one bit at \(offset)")
                    return
                }
                #expect(reading.damagedBytes > 0, "bit \(bit) at \(offset) went unseen")
                Self.check(table, confirmed)
            }
        }
    }

    @Test func `what is left after damage was once true of all files at the same time`() {
        var out = OutputBuffer()
        CheckpointTable().append(to: &out)
        for number in 1...2 as ClosedRange<UInt64> {
            CheckpointRecord.file(id: number, Self.identity(number), path: "/a/\(number).log")
                .append(to: &out)
        }
        let start = out.count
        // By turns: the two are never more than one request apart.
        for sequence in 1...20 as ClosedRange<UInt64> {
            let end = LogBookmark(LogPosition(Int64(sequence)), marker: 1)
            CheckpointRecord.intent(sequence: sequence, [.init(id: 1 + sequence % 2, end: end)])
                .append(to: &out)
            CheckpointRecord.confirmed(sequence: sequence).append(to: &out)
        }
        for offset in start..<out.count {
            var damaged = out.array
            damaged[offset] ^= 0x10
            let found = CheckpointTable.read(damaged.span)
            let reached = (1...2).compactMap { number in
                found?.table.entries[Self.identity(UInt64(number))]?.bookmark.position.resume
            }
            #expect(reached.count == 2 && abs(reached[0] - reached[1]) <= 1, "at \(offset)")
        }
    }

    @Test func `records of a kind that is not known are passed over`() throws {
        var out = OutputBuffer()
        CheckpointTable().append(to: &out)
        let payload: [UInt8] = [1, 2, 3]
        let checked = [99, 3, 0, 0, 0] + payload
        out.append(CheckpointRecord.mark)
        out.append(UInt8(99))
        out.append(littleEndian: UInt32(3))
        out.append(littleEndian: CRC32C.checksum(of: checked.span))
        out.append(payload.span)
        CheckpointRecord.file(id: 1, Self.identity(1), path: "x").append(to: &out)
        let foundTable = CheckpointTable.read(out.span)
        let (table, reading) = try #require(foundTable)
        #expect(reading.damagedBytes == 0)
        #expect(table.entries.count == 1)
    }

    @Test func `another file is not taken for a checkpoint`() {
        let bytes = Array("something else entirely".utf8)
        let isRead = CheckpointTable.read(bytes.span) != nil
        #expect(!isRead)
    }

    @Test func `the check value is the standard one`() {
        // RFC 3720, appendix B.4, and the customary check.
        let digits = Array("123456789".utf8)
        let zeros = [UInt8](repeating: 0, count: 32)
        let digitsValue = CRC32C.checksum(of: digits.span)
        let zerosValue = CRC32C.checksum(of: zeros.span)
        #expect(digitsValue == 0xe306_9283)
        #expect(zerosValue == 0x8a91_36aa)
    }

    private static func check(_ table: CheckpointTable, _ confirmed: [LogIdentity: [Int64]]) {
        for (identity, entry) in table.entries {
            let known = confirmed[identity] ?? []
            #expect(known.contains(entry.bookmark.position.resume))
        }
    }
}
