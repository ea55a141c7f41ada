import AgentTesting
import Pipeline
import Telemetry
import Testing

@testable import LogSources

/// Files chosen by patterns of their paths.
@Suite(.timeLimit(.minutes(2))) struct LogSelectionTests {
    private static let label = [MeterLabel("source", "chosen")]

    /// The source's configuration; `$` in patterns stands for the rig's folder.
    private func source(_ rig: LogRig, include: [String], _ keys: String = "") -> String {
        let patterns = include.map { "\"\($0.replacing("$", with: rig.folder))\"" }
        return "[{name: chosen, type: file, include: [\(patterns.joined(separator: ", "))], "
            + "rotate_wait: 1s, rescan_interval: 1s\(keys.replacing("$", with: rig.folder))}]"
    }

    @Test func `whole paths are chosen in any depth, and others left out`() async throws {
        let rig = try LogRig()
        rig.run("mkdir -p log/app/one/two log/app/skip log/app/one/.hidden log/other")
        rig.run("for f in log/a.log log/app/b.log log/app/one/two/c.log; do echo $f > $f; done")
        rig.run(
            "for f in log/x.txt log/app/skip/d.log log/app/one/debug.log log/other/e.log "
                + "log/app/one/.hidden/f.log log/app/one/b.log.gz; do echo no > $f; done"
        )
        let receiver = LineReceiver()
        let sources = self.source(
            rig,
            include: ["$/log/*.log", "$/log/app/**/*.log"],
            ", exclude: [\"debug.log\", \"$/log/app/skip\"]",
        )
        let life = try rig.start(receiver, sources: sources)
        let early = ["log/a.log", "log/app/b.log", "log/app/one/two/c.log"]
        await eventually("the files that are there") { receiver.lines.sorted() == early }
        rig.run("mkdir -p log/app/new/deep && echo late > log/app/new/deep/g.log")
        await eventually("a file in new folders") { receiver.lines.contains("late") }
        rig.run("mv log/a.log log/a.log.1 && echo next > log/a.log && echo last >> log/a.log.1")
        await eventually("the files after a rotation") { receiver.lines.count == 6 }
        expectSame(receiver.lines, early + ["late", "next", "last"])
        rig.run("rm -r log/app/new && mkdir -p log/app/new && echo again > log/app/new/h.log")
        await eventually("a file in a folder that came again") { receiver.lines.contains("again") }
        #expect(life.addsUp)
        #expect(rig.counter("martlet_log_file_errors_total", Self.label) == 0)
        await life.stop()
    }

    @Test func `loops of links are told of and walked once`() async throws {
        let rig = try LogRig()
        rig.run(
            "mkdir -p log/releases/5 && ln -s releases/5 log/current && echo a > log/current/a.log"
        )
        rig.run("cd log && ln -s .. releases/5/up && ln -s . self && ln -s self/self/self deeper")
        rig.run("ln -s b log/a && ln -s a log/b && ln -s /nowhere log/dangling")
        let receiver = LineReceiver()
        let life = try rig.start(receiver, sources: self.source(rig, include: ["$/log/**/*.log"]))
        await eventually("the line") { receiver.lines == ["a"] }
        await eventually("the loops") {
            rig.told("lies in itself") == 3
        }
        rig.run("echo b >> log/current/a.log")
        await eventually("another line, once") { receiver.lines == ["a", "b"] }
        let origin = try #require(life.pipeline.ledger.rows.first?.origin)
        #expect(origin.path.hasSuffix("/log/releases/5/a.log"), "the path without links")
        await life.stop()
    }

    @Test func `there is a bottom to every folder`() async throws {
        let rig = try LogRig()
        let deep = (0..<40).map { "d\($0)" }.joined(separator: "/")
        rig.run("mkdir -p log/\(deep) && echo deep > log/\(deep)/a.log && echo flat > log/a.log")
        let receiver = LineReceiver()
        let life = try rig.start(receiver, sources: self.source(rig, include: ["$/log/**/*.log"]))
        await eventually("the message") {
            rig.told("32 deep") == 1
        }
        await eventually("the other file") { receiver.lines == ["flat"] }
        await life.stop()
    }

    @Test func `more files than allowed wait until others are gone`() async throws {
        let rig = try LogRig()
        rig.run("mkdir log && for i in 1 2 3 4 5; do echo $i > log/$i.log; done")
        let receiver = LineReceiver()
        let sources = self.source(rig, include: ["$/log/*.log"], ", max_files: 3")
        let life = try rig.start(receiver, sources: sources)
        await eventually("the first files") { receiver.lines.count == 3 }
        await eventually("the message") {
            rig.told("found 2 more") == 1
        }
        let taken = Set(receiver.lines)
        rig.run("cd log && rm \(taken.map { "\($0).log" }.joined(separator: " "))")
        await eventually("the others") { Set(receiver.lines).count == 5 }
        #expect(receiver.lines.count == 5)
        await life.stop()
    }

    @Test(arguments: [
        "include: [\"*.log\"]", "path: /var/log, include: [\"/**/*.log\"]", "include: []",
        "include: [\"/var/log/*.log\"], exclude: [\"app/*.log\"]", "rotate_wait: 1s",
    ])
    func `patterns that can't be searched for are refused by the check`(_ keys: String) throws {
        let rig = try LogRig()
        let options = try rig.read(sources: "[{name: x, type: file, \(keys)}]")
        #expect(options == nil)
    }

    @Test func `a file replaced by what is no file is told of, and nothing waits for it`()
        async throws
    {
        let rig = try LogRig()
        rig.run("mkdir log && echo a > log/a.log && echo b > log/b.log && echo c > log/c.log")
        let receiver = LineReceiver()
        let life = try rig.start(receiver, sources: self.source(rig, include: ["$/log/*.log"]))
        await eventually("the lines") { receiver.lines.count == 3 }
        rig.run(
            "cd log && rm a.log b.log c.log && mkfifo a.log && ln -s /dev/zero b.log && mkdir c.log"
        )
        rig.run("echo d > log/d.log")
        await eventually("another file's line") { receiver.lines.contains("d") }
        await eventually("the messages") {
            rig.told("expected a file") == 2
        }
        rig.run("cd log && rm -r a.log && echo again > a.log")
        await eventually("the file that came again") { receiver.lines.contains("again") }
        #expect(receiver.lines.count == 5)
        #expect(life.addsUp)
        await life.stop()
    }
}
