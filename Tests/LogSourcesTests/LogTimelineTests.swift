import AgentTesting
import Foundation
import Pipeline
import Testing

@testable import LogSources

/// The recorded rotation of a real kubelet, whose last file has the inode of the first one.
@Suite(
    .enabled(
        if: ProcessInfo.processInfo.environment[RecordedRotation.variable] != nil,
        "MARTLET_FIXTURES does not name the folder of recorded data",
    ),
    .timeLimit(.minutes(2)),
)
struct LogTimelineTests {
    /// Sizes are a part of those recorded: what matters is names and inodes.
    private static let scale = 64

    @Test func `every record arrives once, whoever has its inode`() async throws {
        let rig = try LogRig()
        let moments = try RecordedRotation().moments
        let replay = RotationReplay(rig, scale: Self.scale)
        let receiver = LineReceiver()
        let life = try rig.start(receiver)
        for (place, moment) in moments.enumerated() {
            if place == moments.count - 1 {
                // As long as somebody holds a file open, nobody else gets its inode.
                await eventually("the rotated file to be let go of") {
                    receiver.lines.count == replay.written.count
                        && life.pipeline.ledger.rows.flatMap(\.files).count == 1
                }
            }
            try replay.go(to: moment)
        }
        replay.write()
        await eventually("all records") { receiver.lines.count >= replay.written.count }
        expectSame(receiver.lines, replay.written)
        await eventually("every byte in the ledger") {
            life.pipeline.ledger.rows.first?.total.delivered.bytes == replay.bytes
        }
        #expect(life.addsUp && life.pipeline.ledger.rows.allSatisfy { $0.total.lost.isEmpty })
        await life.stop()
        Self.report(replay)
    }

    @Test(arguments: 1...7) func `a life that ends in between repeats nothing`(
        _ end: Int
    ) async throws {
        let rig = try LogRig()
        let moments = try RecordedRotation().moments
        let replay = RotationReplay(rig, scale: Self.scale)
        let receiver = LineReceiver()
        do {
            // What a life holds open ends with it.
            let first = try rig.start(receiver)
            for moment in moments[...end] { try replay.go(to: moment) }
            await eventually("what there is") { receiver.lines.count == replay.written.count }
            await first.stop()
        }
        for moment in moments[(end + 1)...] { try replay.go(to: moment) }
        replay.write()
        let second = try rig.start(receiver)
        await eventually("all records") { receiver.lines.count >= replay.written.count }
        expectSame(receiver.lines, replay.written)
        #expect(second.addsUp)
        await second.stop()
        Self.report(replay)
    }

    private static func report(_ replay: RotationReplay) {
        if replay.isInodeReused { return }
        print("the file system gave no inode again: names and sizes were replayed without that")
    }
}
