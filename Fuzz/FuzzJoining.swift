import Bytes
import Codecs
import Fuzzing
import Patterns
import Telemetry

/// The bodies of one output, and what they took from the file.
private func read(
    _ bytes: [UInt8],
    chunkSize: Int,
    plan: JoinPlan?,
) -> (bodies: [[UInt8]], account: Int) {
    let decoder = LineDecoder(format: .raw)
    var assembly = LineAssembly()
    if let plan { assembly.joiner = LineJoiner { _ in plan } }
    var bodies: [[UInt8]] = []
    var account = 0
    func collect(_ batch: borrowing LogBatch) {
        for record in batch.table.records {
            bodies.append(batch.withBody(of: record) { $0.array })
            account += Int(record.sourceBytes)
        }
    }
    var offset = 0
    while offset < bytes.count {
        let end = min(offset + chunkSize, bytes.count)
        var batch = LogBatch(capacity: chunkSize)
        batch.input.append(bytes.span.extracting(offset..<end))
        let chunk = LineDecoder.Chunk(
            file: 1,
            offset: Int64(offset),
            isFull: end - offset == chunkSize,
            isFinal: end == bytes.count,
        )
        let result = batch.fill { decoder.decode($0, chunk, with: &assembly, into: &$1) }
        collect(batch)
        account += result.holes
        offset += result.consumed
        invariant(account + assembly.sourceBytes == offset, "the account does not add up")
        let position = assembly.position(in: 1, consumed: Int64(offset))
        invariant(position.reach <= Int64(offset), "a position beyond what was read")
        if result.consumed == 0 { break }
    }
    assembly.endRecords(onlyDue: false)
    while assembly.finishedFile != nil {
        var batch = LogBatch(capacity: 16)
        _ = assembly.takeFinished(into: &batch.table)
        collect(batch)
    }
    return (bodies, account)
}

/// Lines that are joined to records, in one chunk and in many.
@main enum FuzzJoining {
    static func main() { fuzz(Self.test) }

    private static let modes: [JoinPlan.Mode] = [
        .automatic, .traces(.all), .traces(.exceptions), .traces(.javascript), .traces(.python),
        .traces(.go), .traces(.ruby), .traces(.php), .traces(.rust),
    ]

    private static func test(_ input: inout FuzzInput) {
        var plan = JoinPlan(Self.modes[input.choice(Self.modes.count)])
        plan.maxLines = 2 + Int(input.byte())
        let chunkSize = 64 + Int(input.byte())
        let bytes = input.rest()
        let lines = read(bytes, chunkSize: 1 << 20, plan: nil)
        let whole = read(bytes, chunkSize: 1 << 20, plan: plan)
        let inChunks = read(bytes, chunkSize: chunkSize, plan: plan)
        let joined = Array(lines.bodies.joined(separator: [0x0a]))
        invariant(Array(whole.bodies.joined(separator: [0x0a])) == joined, "a line is lost")
        invariant(inChunks.bodies == whole.bodies, "chunks give other records")
        invariant(inChunks.account == lines.account, "bytes are lost")
    }
}
