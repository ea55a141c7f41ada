import Bytes
import Fuzzing
import Telemetry

@testable import Pipeline

/// What is read, written anew, must say the same.
private func check(_ bytes: borrowing Span<UInt8>) {
    guard let (table, reading) = CheckpointTable.read(bytes) else { return }
    invariant(reading.damagedBytes <= bytes.count, "more damage than bytes")
    for entry in table.entries.values {
        invariant(entry.bookmark.position.resume >= 0, "a position before the file's start")
        invariant((entry.intended?.resume ?? 0) >= 0, "an intent before the file's start")
    }
    var out = OutputBuffer()
    table.append(to: &out)
    guard let (again, rereading) = CheckpointTable.read(out.span) else {
        return invariant(false, "a written file can't be read")
    }
    invariant(rereading.damagedBytes == 0, "a written file is damaged")
    invariant(again.entries == table.entries, "a written file says something else")
}

private func position(_ input: inout FuzzInput) -> LogBookmark {
    var position = LogPosition(Int64(input.word() >> 1))
    position.stderr = Int64(input.byte())
    return LogBookmark(position, marker: input.word())
}

/// A record from a file as only a sink can have written it: one number for each content.
private func record(_ input: inout FuzzInput) -> CheckpointRecord {
    let id = UInt64(input.byte())
    switch input.choice(5) {
    case 0: return .file(id: id, LogIdentity(inode: id, fingerprint: 7), path: "/a/\(id)")
    case 1: return .position(id: id, position(&input))
    case 2:
        let count = input.choice(4)
        return .intent(
            sequence: id,
            (0..<count).map { _ in
                .init(id: UInt64(input.byte()), end: position(&input))
            },
        )
    case 3: return .confirmed(sequence: id)
    default: return .forgotten(id: id)
    }
}

/// Checkpoint files: any bytes, and sound records with one bit turned over.
@main enum FuzzCheckpoints {
    static func main() { fuzz(Self.test) }

    private static func test(_ input: inout FuzzInput) {
        if input.byte() & 1 == 0 {
            check((CheckpointTable.header + input.rest()).span)
            return
        }
        let place = Int(input.word() & 0xffff)
        let bit = input.byte()
        var out = OutputBuffer()
        CheckpointTable().append(to: &out)
        while !input.isEmpty {
            let written = record(&input)
            let start = out.count
            written.append(to: &out)
            invariant(
                CheckpointRecord.scan(out.span, at: start) == .record(written, end: out.count),
                "a record is read as another",
            )
        }
        check(out.span)
        var damaged = out.array
        if place >= CheckpointTable.header.count, place < damaged.count {
            damaged[place] ^= 1 << (bit & 7)
            check(damaged.span)
        }
    }
}
