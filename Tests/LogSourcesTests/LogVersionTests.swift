import AgentTesting
import Bytes
import Glibc
import Testing

@testable import LogSources
@testable import Pipeline

/// Checkpoints that another version of the agent wrote.
@Suite(.timeLimit(.minutes(2))) struct LogVersionTests {
    private static let label = [MeterLabel("sink", "sink")]
    private static let damage = "martlet_log_checkpoint_damaged_bytes_total"

    /// Delivers ten records, and hands out the path of the checkpoint.
    private func firstLife(
        _ rig: LogRig,
        _ log: ContainerLog,
        _ receiver: LineReceiver,
    ) async throws -> String {
        let life = try rig.start(receiver)
        log.write(10)
        await eventually("the first records") { receiver.lines.count == 10 }
        await life.stop()
        return "\(rig.state)/cursors/sink.cursors"
    }

    @Test func `records of a later version are passed over, and nothing is sent twice`()
        async throws
    {
        let rig = try LogRig()
        let log = ContainerLog(rig)
        let receiver = LineReceiver()
        let path = try await self.firstLife(rig, log, receiver)
        // A record of a kind that is not known yet, as a newer agent would have appended it.
        let payload: [UInt8] = Array("something new".utf8)
        let checked = [42, UInt8(payload.count), 0, 0, 0] + payload
        var record = OutputBuffer()
        record.append(CheckpointRecord.mark)
        record.append(checked.span.extracting(first: 5))
        record.append(littleEndian: CRC32C.checksum(of: checked.span))
        record.append(payload.span)
        let bytes = record.array
        let file = unsafe open(path, O_WRONLY | O_APPEND)
        #expect(unsafe write(file, bytes, bytes.count) == bytes.count)
        close(file)
        log.write(10, from: 10)
        let life = try rig.start(receiver)
        await eventually("the others") { receiver.lines.count >= 20 }
        try await Task.sleep(for: .milliseconds(200))
        expectSame(receiver.lines, log.written)
        #expect(rig.counter(Self.damage, Self.label) == 0)
        await life.stop()
    }

    @Test func `a file of another version is kept aside, and its files are read again`()
        async throws
    {
        let rig = try LogRig()
        let log = ContainerLog(rig)
        let receiver = LineReceiver()
        let path = try await self.firstLife(rig, log, receiver)
        rig.run("sed -i '1s/^martlet1/martlet9/' \(path)")
        let life = try rig.start(receiver)
        await eventually("the records again") { receiver.lines.count == 20 }
        #expect(Set(receiver.lines) == Set(log.written))
        #expect(rig.told("a checkpoint file was damaged") == 1)
        #expect(rig.counter(Self.damage, Self.label) > 0)
        rig.run("head -c 8 \(path).damaged | grep -q martlet9")
        await life.stop()
    }
}
