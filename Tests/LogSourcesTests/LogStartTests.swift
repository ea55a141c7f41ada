import AgentTesting
import Glibc
import Pipeline
import Testing

@testable import LogSources

/// Where a sink starts: at the first start, and after every other.
@Suite(.timeLimit(.minutes(2))) struct LogStartTests {
    private static let old = Duration.seconds(3600)

    private func isKnown(_ life: LogLife, files: Int = 1) async {
        await eventually("the files to be known") {
            life.pipeline.ledger.rows.flatMap(\.files).count == files
        }
    }

    @Test func `what is written while the agent is away is read, though nothing was before`()
        async throws
    {
        let rig = try LogRig()
        let log = ContainerLog(rig)
        log.write(["before the first start"])
        let receiver = LineReceiver()
        let first = try rig.start([("sink", receiver)]) { $0.readFrom = .end }
        await self.isKnown(first)
        await first.stop()
        log.write(["while it was away"])
        let second = try rig.start([("sink", receiver)]) { $0.readFrom = .end }
        await eventually("the record") { receiver.lines == ["while it was away"] }
        await second.stop()
    }

    @Test func `from the end, a file that a rotation began while the agent was away is new`()
        async throws
    {
        let rig = try LogRig()
        let log = ContainerLog(rig)
        log.write(["never wanted"])
        let receiver = LineReceiver()
        let first = try rig.start([("sink", receiver)]) { $0.readFrom = .end }
        await self.isKnown(first)
        log.write(["wanted"])
        await eventually("the first") { receiver.lines == ["wanted"] }
        await first.stop()
        log.write(["before the rotation"])
        log.rename("20261123-022240")
        log.reopen()
        log.write(["after the rotation"])
        let second = try rig.start([("sink", receiver)]) { $0.readFrom = .end }
        await eventually("both") { receiver.lines.count == 3 }
        #expect(receiver.lines == ["wanted", "before the rotation", "after the rotation"])
        await second.stop()
    }

    @Test func `a file that comes later is read from its beginning, wherever others start`()
        async throws
    {
        let rig = try LogRig()
        ContainerLog(rig, pod: "old", uid: "o").write(["not wanted"])
        let receiver = LineReceiver()
        let life = try rig.start([("sink", receiver)]) { $0.readFrom = .end }
        await self.isKnown(life)
        let log = ContainerLog(rig)
        log.write(["first of a new container"])
        await eventually("the record") { receiver.lines == ["first of a new container"] }
        await life.stop()
    }

    @Test func `a file too old is read on from its end, and from there after a restart`()
        async throws
    {
        let rig = try LogRig()
        let old = ContainerLog(rig, pod: "old", uid: "o")
        old.write(["too old"])
        rig.run("touch -d '2 hours ago' \(old.path)")
        let new = ContainerLog(rig, pod: "new", uid: "n")
        new.write(["young"])
        let receiver = LineReceiver()
        let first = try rig.start([("sink", receiver)]) { $0.ignoreOlder = Self.old }
        await eventually("the young") { receiver.lines == ["young"] }
        await self.isKnown(first, files: 2)
        await first.stop()
        old.write(["alive after all"])
        let second = try rig.start([("sink", receiver)]) { $0.ignoreOlder = Self.old }
        await eventually("what was written since") {
            receiver.lines == ["young", "alive after all"]
        }
        await second.stop()
    }

    @Test func `a file that was begun is read to its end, however old it has become`()
        async throws
    {
        let rig = try LogRig()
        let log = ContainerLog(rig)
        log.write(["begun"])
        let receiver = LineReceiver()
        let first = try rig.start([("sink", receiver)]) { $0.ignoreOlder = Self.old }
        await eventually("the beginning") { receiver.lines == ["begun"] }
        await first.stop()
        log.write(["the rest"])
        rig.run("touch -d '2 hours ago' \(log.path)")
        let second = try rig.start([("sink", receiver)]) { $0.ignoreOlder = Self.old }
        await eventually("the rest") { receiver.lines == ["begun", "the rest"] }
        await second.stop()
    }

    @Test func `plain files start where they are told to`() async throws {
        let rig = try LogRig()
        rig.run("mkdir plain && seq 1 3 > plain/a.log")
        let end = LineReceiver()
        var life = try rig.start(end, sources: rig.plainSource(", read_from: end"))
        await self.isKnown(life)
        await life.stop()
        rig.run("seq 4 5 >> plain/a.log")
        life = try rig.start(end, sources: rig.plainSource(", read_from: end"))
        await eventually("what came since") { end.lines == ["4", "5"] }
        await life.stop()
        life = try rig.start(end, sources: rig.plainSource(", read_from: checkpoint"))
        rig.run("seq 6 7 >> plain/a.log")
        await eventually("what came then") { end.lines == ["4", "5", "6", "7"] }
        await life.stop()
        life = try rig.start(end, sources: rig.plainSource(", read_from: beginning"))
        await eventually("all of it") { end.lines.count == 11 }
        #expect(end.lines.suffix(7) == ["1", "2", "3", "4", "5", "6", "7"])
        await life.stop()
    }

    @Test func `the end is that of the start, for a sink that was away then, too`() async throws {
        let rig = try LogRig()
        let log = ContainerLog(rig)
        log.write(["before"])
        let receiver = LineReceiver { _, _ in .status(503) }
        let first = try rig.start([("sink", receiver)]) { $0.readFrom = .end }
        await self.isKnown(first)
        log.write(["refused at first"])
        await eventually("a refusal") { !receiver.requests.isEmpty }
        await first.stop()
        receiver.behave { _, _ in .accept }
        let second = try rig.start([("sink", receiver)]) { $0.readFrom = .end }
        await eventually("the record") { receiver.lines == ["refused at first"] }
        await second.stop()
    }
}
