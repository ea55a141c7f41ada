import AgentTesting
import Glibc
import Pipeline
import Synchronization
import Testing

@testable import LogSources

/// Everything at once, from fixed seeds: at the end every record is accounted for.
@Suite(.serialized, .timeLimit(.minutes(5))) struct LogStressTests {
    /// A small generator that gives the same numbers on every run.
    private struct Dice {
        var state: UInt64

        mutating func roll(_ sides: Int) -> Int {
            self.state = self.state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((self.state >> 33) % UInt64(sides))
        }
    }

    /// One container under stress.
    private final class Container {
        let log: ContainerLog
        var rotations = 0
        var count = 0

        init(_ rig: LogRig, _ number: Int) {
            self.log = ContainerLog(rig, pod: "pod-\(number)", uid: "uid-\(number)")
        }

        func write(_ dice: inout Dice, pieces: Bool = true) {
            for _ in 0..<dice.roll(40) {
                self.count += 1
                let tail = String(repeating: "x", count: dice.roll(300))
                let text = "\(self.log.folder.suffix(20)) \(self.count) \(tail)"
                self.log.write([text], pieces: pieces && dice.roll(5) == 0)
            }
        }

        /// The kubelet's rotation, perhaps with a record that begins before and ends after it.
        func rotate(_ dice: inout Dice) {
            self.rotations += 1
            let isCut = dice.roll(2) == 0
            if isCut { self.log.line("stdout", "P", "cut \(self.rotations) ") }
            self.log.rename("20261123-\(100_000 + self.rotations)")
            self.write(&dice, pieces: false)
            self.log.reopen()
            if isCut {
                self.log.line("stdout", "F", "\(self.log.folder.suffix(20))")
                self.log.expect("cut \(self.rotations) \(self.log.folder.suffix(20))")
            }
        }
    }

    @Test(arguments: 1...8 as ClosedRange<UInt64>)
    func `nothing is lost and what is doubled is counted`(_ seed: UInt64) async throws {
        var dice = Dice(state: seed)
        let rig = try LogRig()
        let faults = Mutex(Dice(state: seed &+ 99))
        let receiver = LineReceiver { _, lines in
            switch faults.withLock({ $0.roll(12) }) {
            case 0: .status(503)
            case 1: .cut
            case 2: .partial(retry: "7 ", refuse: "never in a record")
            case 3: lines.count > 1 ? .status(413) : .accept
            default: .accept
            }
        }
        var containers = (0..<4).map { Container(rig, $0) }
        var life = try rig.start(receiver, maxRequestBytes: 8192)
        for _ in 0..<60 {
            let container = containers[dice.roll(containers.count)]
            switch dice.roll(14) {
            case 0: container.rotate(&dice)
            case 1:
                await life.stop()
                container.write(&dice)
                life = try rig.start(receiver, maxRequestBytes: 8192)
            case 2:
                // A kill: what was under way is sent again.
                await life.abort()
                life = try rig.start(receiver, maxRequestBytes: 8192)
            case 3: containers.append(Container(rig, containers.count))
            default: container.write(&dice)
            }
            if dice.roll(3) == 0 { try await Task.sleep(for: .milliseconds(dice.roll(30))) }
            #expect(life.addsUp)
        }
        receiver.behave { _, _ in .accept }
        let written = containers.flatMap(\.log.written)
        await eventually("every record of seed \(seed)") {
            Set(receiver.lines).isSuperset(of: written)
        }
        await eventually("the end of all") { life.pipeline.ledger.rows.allSatisfy { $0.lag == 0 } }
        #expect(life.addsUp)
        expectSame(Array(Set(receiver.lines)), Array(Set(written)))
        let doubled = receiver.lines.count - Set(written).count
        let resent = rig.counter("martlet_log_resent_records_total", [.init("sink", "sink")])
        #expect(doubled <= resent, "seed \(seed): \(doubled) doubled, \(resent) counted")
        await life.stop()
    }
}
