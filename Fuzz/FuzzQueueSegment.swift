import Bytes
import Fuzzing

@testable import Pipeline

/// A segment in memory.
private struct Segment: SegmentBytes {
    let bytes: [UInt8]

    var count: Int { self.bytes.count }

    func read(at offset: Int, upTo amount: Int, into buffer: inout OutputBuffer) {
        for byte in self.bytes[min(offset, self.count)...].prefix(amount) { buffer.append(byte) }
    }

    func body(of place: QueueScan.Place) -> OutputBuffer {
        var body = OutputBuffer(capacity: place.record.length)
        self.read(
            at: place.offset + QueueRecord.headerLength,
            upTo: place.record.length,
            into: &body,
        )
        return body
    }
}

/// Records do not overlap, lie within the file, and every byte is in one of them or damaged.
private func check(_ segment: Segment) -> QueueScan {
    let scan = QueueScan(segment)
    var end = 0
    var bytes = 0
    for place in scan.places {
        invariant(place.offset >= end, "records overlap")
        end = place.offset + place.record.size
        bytes += place.record.size
    }
    invariant(end <= segment.count, "a record beyond the end")
    invariant(bytes + scan.damagedBytes == segment.count, "bytes are not accounted for")
    return scan
}

private func block(_ number: UInt64, _ input: inout FuzzInput) -> SampleBlock {
    let payload = Payload(capacity: 16)
    for _ in 0..<Int(input.byte()) { payload.bytes.append(input.byte()) }
    return SampleBlock(
        content: .samples,
        format: .remoteWrite1,
        payload: payload,
        counts: SampleCounts(samples: Int(input.byte())),
        oldest: Int64(bitPattern: input.word()),
        newest: Int64(number),
        targets: input.word(),
        number: number,
    )
}

/// Segments of the queue on disk: any bytes, and written ones that were damaged anywhere.
@main enum FuzzQueueSegment {
    static func main() { fuzz(Self.test) }

    private static func test(_ input: inout FuzzInput) {
        let kind = input.choice(4)
        if kind == 0 {
            _ = check(Segment(bytes: input.rest()))
            return
        }
        let place = Int(input.word() & 0xffff)
        let change = input.byte()
        var out = OutputBuffer()
        var bodies: [[UInt8]] = []
        var starts: [Int] = []
        while !input.isEmpty, bodies.count < 50 {
            let written = block(UInt64(bodies.count), &input)
            starts.append(out.count)
            QueueRecord(written, number: UInt64(bodies.count)).append(to: &out)
            for byte in written.payload.bytes.array { out.append(byte) }
            bodies.append(written.payload.bytes.array)
        }
        var bytes = out.array
        let whole = check(Segment(bytes: bytes))
        invariant(whole.places.map(\.offset) == starts, "what was written is not found")
        guard place < bytes.count else { return }
        switch kind {
        case 1: bytes[place] ^= 1 << (change & 7)
        case 2: bytes.removeLast(bytes.count - place)
        default: bytes.removeSubrange(place..<min(place + Int(change), bytes.count))
        }
        let segment = Segment(bytes: bytes)
        let scan = check(segment)
        var found: [UInt64] = []
        for place in scan.places {
            let body = segment.body(of: place)
            guard place.record.matches(body) else { continue }
            let number = Int(place.record.number)
            // A body may hold a record of its own; one that was written is the same to the byte.
            if number < bodies.count, starts.contains(place.offset) || kind != 1 {
                found.append(place.record.number)
            }
            invariant(body.count == place.record.length, "a body of another length")
        }
        if kind == 1 {
            let hit = starts.lastIndex { $0 <= place } ?? 0
            for number in bodies.indices where number != hit {
                invariant(found.contains(UInt64(number)), "a whole record is not found")
            }
        }
    }
}
