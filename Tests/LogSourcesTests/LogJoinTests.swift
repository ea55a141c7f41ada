import AgentTesting
import Glibc
import Pipeline
import Testing

@testable import LogSources

/// Lines that are joined to records, through rotations, restarts and kills.
///
/// `LineReceiver` shows a record of several lines as several lines; the ledger counts records.
@Suite(.timeLimit(.minutes(2))) struct LogJoinTests {
    private static let trace = [
        "java.lang.IllegalStateException: no stock", "\tat com.example.Shop.sell(Shop.java:42)",
        "\tat com.example.Main.main(Main.java:7)",
    ]

    private func rules(timeout: String = "60s") -> String {
        "[{match: {containers: [app]}, join: {mode: java, timeout: \(timeout)}}]"
    }

    private func delivered(_ life: LogLife) -> Int {
        life.pipeline.ledger.rows.reduce(0) { $0 + $1.total.delivered.records }
    }

    @Test func `a record ends when its container writes nothing for a while`() async throws {
        let rig = try LogRig()
        let log = ContainerLog(rig)
        let receiver = LineReceiver()
        let life = try rig.start(receiver, rules: self.rules(timeout: "50ms"))
        log.write(Self.trace)
        await eventually("the trace") { receiver.lines == Self.trace }
        await eventually("its confirmation") { self.delivered(life) == 1 }
        #expect(life.addsUp)
        #expect(rig.counter("martlet_log_joined_lines_total", [.init("sink", "sink")]) == 2)
        await life.stop()
    }

    @Test func `a trace that is written across a rotation is one record`() async throws {
        let rig = try LogRig()
        let log = ContainerLog(rig)
        let receiver = LineReceiver()
        let life = try rig.start([("sink", receiver)], rules: try rig.rules(self.rules())) {
            $0.rotateWait = .seconds(30)
        }
        log.write(["first"] + Self.trace.prefix(2))
        await eventually("what went before") { receiver.lines == ["first"] }
        log.rename("20261123-022240")
        log.reopen()
        log.write(Array(Self.trace.dropFirst(2)) + ["last"])
        await eventually("the trace") { receiver.lines == ["first"] + Self.trace }
        await eventually("its confirmation") { self.delivered(life) == 2 }
        #expect(life.addsUp)
        await life.stop()
    }

    @Test func `a restart in the middle of a trace tears and repeats nothing`() async throws {
        let rig = try LogRig()
        let log = ContainerLog(rig)
        let receiver = LineReceiver()
        var life = try rig.start(receiver, rules: self.rules())
        log.write(["first"] + Self.trace.prefix(2))
        await eventually("what went before") { receiver.lines == ["first"] }
        await life.abort()
        #expect(life.addsUp)
        log.write(Array(Self.trace.dropFirst(2)) + ["last"])
        life = try rig.start(receiver, rules: self.rules())
        await eventually("the trace") { receiver.lines.count >= 4 }
        await eventually("its confirmation") { self.delivered(life) == 1 }
        #expect(receiver.lines.suffix(3) == Self.trace[...])
        #expect(life.addsUp)
        await life.stop()
    }

    @Test func `an end in the middle of a trace tears nothing`() async throws {
        let rig = try LogRig()
        let log = ContainerLog(rig)
        let receiver = LineReceiver()
        var life = try rig.start(receiver, rules: self.rules())
        log.write(["first"] + Self.trace.prefix(2))
        await eventually("what went before") { receiver.lines == ["first"] }
        await life.stop()
        #expect(receiver.lines == ["first"])
        log.write(Array(Self.trace.dropFirst(2)) + ["last"])
        life = try rig.start(receiver, rules: self.rules())
        await eventually("the trace") { receiver.lines == ["first"] + Self.trace }
        await eventually("its confirmation") { self.delivered(life) == 1 }
        await life.stop()
    }

    @Test func `what waits at the end of the agent is delivered`() async throws {
        let rig = try LogRig()
        let log = ContainerLog(rig)
        let receiver = LineReceiver()
        let life = try rig.start(receiver, rules: self.rules())
        log.write(["first"] + Self.trace)
        await eventually("what went before") { receiver.lines == ["first"] }
        life.pipeline.finish()
        await eventually("the rest") { receiver.lines == ["first"] + Self.trace }
        await life.stop()
        #expect(life.addsUp)
    }

    @Test func `a container that is gone leaves no line behind`() async throws {
        let rig = try LogRig()
        let log = ContainerLog(rig)
        let receiver = LineReceiver()
        let life = try rig.start(receiver, rules: self.rules())
        log.write(["first"] + Self.trace)
        await eventually("what went before") { receiver.lines == ["first"] }
        log.close()
        rig.run("rm -r pods/shop_web-1_uid-1")
        await eventually("the trace") { receiver.lines == ["first"] + Self.trace }
        await eventually("its account") { self.delivered(life) == 2 && life.addsUp }
        await life.stop()
    }
}
