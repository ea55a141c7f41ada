import Bytes
import Codecs
import Fuzzing
import Host
import Telemetry

/// A header that is understood makes sense, and needs no byte beyond its length.
private func readHeader(_ bytes: [UInt8]) {
    do {
        let header = try JournalFileHeader(parsing: bytes.span)
        invariant(header.head >= 0 && header.head <= header.tail, "a first entry behind the last")
        invariant(header.tail < .max, "no number after the last entry's")
        invariant(header.sequenceID.utf8.count == 32, "an id of another length")
        invariant(header.fileID.utf8.count == 32, "an id of another length")
        let head = bytes.span.extracting(first: JournalFileHeader.length)
        invariant(try JournalFileHeader(parsing: head) == header, "it reads on behind its end")
    } catch {
        invariant(bytes.count < 8 || error.found != "nothing", "an error that says nothing")
    }
}

/// Entries of fields, which are lines here; an empty line ends an entry.
private func readEntries(_ input: inout FuzzInput) {
    let names: [[String]] = [["*"], JournalFieldNames.usual, ["A", "_PID", "A"], []]
    let limit = 1 + Int(input.byte())
    var decoder = JournalEntryDecoder(
        JournalFieldNames(names[input.choice(names.count)]),
        maxLineBytes: limit,
    )
    // Every field so many times over, to come to the limits.
    let factor = 1 << input.choice(12)
    var batch = LogBatch(capacity: 64)
    var result = LineDecoder.Result()
    var bytes = 0
    var entries = 0
    while !input.isEmpty {
        let isKept = input.byte() & 1 == 0
        var taken = 0
        while true {
            var field = Array(input.line().utf8)
            if field.isEmpty { break }
            if let last = field.last { field += [UInt8](repeating: last, count: factor) }
            decoder.take(field.span, into: &batch)
            taken += field.count
        }
        if !isKept {
            decoder.abandon()
            continue
        }
        bytes += taken
        entries += 1
        decoder.complete(
            number: Int64(entries),
            microseconds: UInt64(bytes),
            isWhole: true,
            into: &batch,
            &result,
        )
    }
    invariant(batch.table.records.count == entries, "an entry is not a record")
    invariant(result.consumed == bytes, "bytes are not accounted for")
    var account = result.dropped
    for record in batch.table.records {
        account += Int(record.sourceBytes)
        invariant(batch.withBody(of: record) { $0.count } <= limit, "a body beyond the limit")
        var keys: Set<[UInt8]> = []
        for index in record.fields {
            let field = batch.table.fields[index]
            let key = batch.input.span.extracting(field.key.range).array
            invariant(keys.insert(key).inserted, "a key twice")
            invariant(
                field.value.range.count <= JournalEntryDecoder.fieldLimit,
                "a field beyond the limit",
            )
        }
    }
    invariant(account == bytes, "the account does not add up")
}

/// Journal entries field by field, and the headers of journal files.
@main enum FuzzJournalEntries {
    static func main() {
        fuzz { input in
            if input.byte() & 1 == 0 {
                readEntries(&input)
            } else {
                readHeader(input.rest())
            }
        }
    }
}
