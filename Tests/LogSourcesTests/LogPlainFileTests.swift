import AgentTesting
import Glibc
import Pipeline
import Telemetry
import Testing

@testable import LogSources

/// Files of programs that are no containers.
@Suite(.timeLimit(.minutes(2))) struct LogPlainFileTests {
    private func folder(_ rig: LogRig) -> String { "\(rig.folder)/plain" }

    @Test func `each line is a record, also the last one of a file that is gone`() async throws {
        let rig = try LogRig()
        rig.run("mkdir plain && printf 'one\\ntwo\\n' > plain/a.log && touch plain/b.txt")
        let receiver = LineReceiver()
        let life = try rig.start(receiver, sources: rig.plainSource())
        await eventually("the first lines") { receiver.lines == ["one", "two"] }
        rig.run("printf 'three\\nfour' >> plain/a.log && rm plain/a.log")
        await eventually("the last line") { receiver.lines == ["one", "two", "three", "four"] }
        let origin = try #require(life.pipeline.ledger.rows.first?.origin)
        #expect(origin.path == "\(self.folder(rig))/a.log" && !origin.isPod)
        #expect(life.addsUp)
        await life.stop()
    }

    @Test func `names are chosen by patterns`() async throws {
        let rig = try LogRig()
        rig.run("mkdir plain && cd plain && echo a > a.txt && echo b > b.log && echo c > c-no.txt")
        let receiver = LineReceiver()
        let keys = ", include: [\"*.txt\"], exclude: [\"*-no*\"]"
        let life = try rig.start(receiver, sources: rig.plainSource(keys))
        await eventually("the file chosen") { receiver.lines == ["a"] }
        await life.stop()
        #expect(receiver.lines == ["a"])
    }

    @Test func `a file that two sources find is read once`() async throws {
        let rig = try LogRig()
        rig.run("mkdir plain && seq 1 100 > plain/a.log")
        let receiver = LineReceiver()
        let twice =
            "[{name: a, type: file, path: \"\(self.folder(rig))\"}, "
            + "{name: b, type: file, path: \"\(self.folder(rig))\"}]"
        let life = try rig.start(receiver, sources: twice)
        await eventually("every line") { receiver.lines.count >= 100 }
        try await Task.sleep(for: .milliseconds(300))
        expectSame(receiver.lines, (1...100).map(String.init))
        await life.stop()
    }

    @Test func `a folder that comes later is found`() async throws {
        let rig = try LogRig()
        let receiver = LineReceiver()
        let life = try rig.start(receiver, sources: rig.plainSource())
        try await Task.sleep(for: .milliseconds(300))
        rig.run("mkdir plain && echo late > plain/a.log")
        await eventually("its line") { receiver.lines == ["late"] }
        await life.stop()
    }
}
