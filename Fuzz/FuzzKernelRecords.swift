import Bytes
import Codecs
import Fuzzing
import Telemetry

/// Records of the kernel's log as one read of the device returns them.
@main enum FuzzKernelRecords {
    static func main() { fuzz(Self.test) }

    private static func test(_ input: inout FuzzInput) {
        let priority = input.choice(9)
        let startedAt = Int64(bitPattern: input.word())
        let bytes = input.rest()
        guard let header = KernelRecordDecoder.header(of: bytes.span) else { return }
        invariant(header.sequence >= 0 && header.sequence < .max, "no number after this one")
        invariant(header.priority < 8, "a priority that is none")
        invariant(header.textStart <= bytes.count, "a text behind the end")
        var batch = LogBatch(capacity: 64)
        var result = LineDecoder.Result()
        KernelRecordDecoder(priority: priority).take(
            bytes.span,
            header,
            startedAt: startedAt,
            into: &batch,
            &result,
        )
        invariant(result.consumed == bytes.count, "bytes are not accounted for")
        guard let record = batch.table.records.first else {
            invariant(header.priority > priority, "a record that is wanted was left out")
            invariant(result.holes == bytes.count, "what was left out is not counted")
            return
        }
        invariant(header.priority <= priority, "a record that is not wanted was taken")
        invariant(Int(record.sourceBytes) == bytes.count, "the account does not add up")
        invariant(record.offset == header.sequence, "another number")
        let body = batch.withBody(of: record) { $0.count }
        invariant(body <= bytes.count - header.textStart, "a body longer than its text")
        invariant(record.fields.count <= KernelRecordDecoder.fieldLimit + 2, "too many fields")
        var keys: Set<[UInt8]> = []
        for index in record.fields {
            let key = batch.input.span.extracting(batch.table.fields[index].key.range).array
            invariant(keys.insert(key).inserted, "a key twice")
        }
    }
}
