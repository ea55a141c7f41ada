import AgentTesting
import Glibc
import Pipeline
import Testing

@testable import LogSources

/// Lives that end and begin again.
@Suite(.timeLimit(.minutes(2))) struct LogRestartTests {
    @Test func `an orderly stop sends nothing twice`() async throws {
        let rig = try LogRig()
        let log = ContainerLog(rig)
        let receiver = LineReceiver()
        for round in 0..<4 {
            let life = try rig.start(receiver)
            log.write(200, from: round * 400, pieces: round % 2 == 0)
            if round == 2 { await eventually("some") { receiver.lines.count > 900 } }
            await life.stop()
            log.line("stdout", "P", "pending \(round) ")
            log.write(100, from: round * 400 + 200)
            log.line("stdout", "F", "done")
            log.expect("pending \(round) done")
            log.write(100, from: round * 400 + 300)
        }
        let life = try rig.start(receiver)
        await eventually("all records") { receiver.lines.count >= log.written.count }
        expectSame(receiver.lines, log.written)
        await life.stop()
    }

    @Test func `a waiting line of one stream repeats nothing of the other`() async throws {
        let rig = try LogRig()
        let log = ContainerLog(rig)
        let receiver = LineReceiver()
        log.line("stdout", "P", "waits ")
        log.write(100)
        var life = try rig.start(receiver)
        await eventually("the other stream") { receiver.lines.count == 100 }
        await life.stop()
        log.line("stdout", "F", "no more")
        log.expect("waits no more")
        life = try rig.start(receiver)
        await eventually("the joined record") { receiver.lines.contains("waits no more") }
        try await Task.sleep(for: .milliseconds(100))
        expectSame(receiver.lines, log.written)
        await life.stop()
    }

    @Test func `a look back at the container before does not end a line of the new one`()
        async throws
    {
        let rig = try LogRig()
        let before = ContainerLog(rig)
        before.write(["the container before"])
        let line = "2026-11-23T01:30:01Z stdout"
        rig.run("printf '\(line) F new\n\(line) P begun ' > \(before.folder)/1.log")
        rig.run("echo >> \(before.folder)/1.log")
        let receiver = LineReceiver()
        var life = try rig.start(receiver)
        await eventually("what is complete") { receiver.lines.count == 2 }
        await life.finish()
        rig.run("echo '\(line) F and ended' >> \(before.folder)/1.log")
        life = try rig.start(receiver)
        await eventually("the joined record") { receiver.lines.count == 3 }
        #expect(receiver.lines == ["the container before", "new", "begun and ended"])
        await life.stop()
    }

    @Test func `a container's attempts are read in their order, rotated files too`() async throws {
        let rig = try LogRig()
        let log = ContainerLog(rig)
        let line = "2026-11-23T01:30:01Z stdout F"
        rig.run("echo '\(line) second' > \(log.folder)/1.log.20261123-013000")
        rig.run("echo '\(line) third' > \(log.folder)/1.log")
        log.write(["first"])
        let receiver = LineReceiver()
        let life = try rig.start(receiver)
        await eventually("all records") { receiver.lines.count == 3 }
        #expect(receiver.lines == ["first", "second", "third"])
        await life.stop()
    }

    @Test func `an orderly stop ends no line that goes on in the file of another life`()
        async throws
    {
        let rig = try LogRig()
        let log = ContainerLog(rig)
        log.write(20)
        let receiver = LineReceiver()
        var life = try rig.start(receiver)
        await eventually("the first records") { receiver.lines.count == 20 }
        await life.stop()
        log.rename("20261123-013000")
        log.reopen()
        log.write(1, from: 20)
        log.line("stdout", "P", "begun ")
        life = try rig.start(receiver)
        await eventually("the new file") { receiver.lines.count == 21 }
        await life.finish()
        log.line("stdout", "F", "and ended")
        log.expect("begun and ended")
        life = try rig.start(receiver)
        await eventually("the joined record") { receiver.lines.count == 22 }
        #expect(receiver.lines == log.written)
        await life.stop()
    }

    @Test func `a line in two files, behind records of the other stream, outlives a restart`()
        async throws
    {
        let rig = try LogRig()
        let log = ContainerLog(rig)
        log.write(10)
        log.line("stdout", "P", "begun, ")
        log.rename("20261123-013000")
        log.reopen()
        log.write(10, from: 10)
        log.line("stdout", "P", "gone on ")
        let receiver = LineReceiver()
        var life = try rig.start(receiver)
        await eventually("the other stream") { receiver.lines.count == 20 }
        await life.stop()
        log.line("stdout", "F", "and ended")
        life = try rig.start(receiver)
        await eventually("the joined record") { receiver.lines.count == 21 }
        #expect(receiver.lines.last == "begun, gone on and ended")
        await life.stop()
    }

    @Test func `a line whose end was read in an earlier life takes no other one for it`()
        async throws
    {
        let rig = try LogRig()
        let log = ContainerLog(rig)
        log.line("stdout", "P", "begun ")
        log.rename("20261123-013000")
        log.reopen()
        log.line("stdout", "F", "and ended")
        let receiver = LineReceiver()
        var life = try rig.start(receiver)
        await eventually("the joined record") { receiver.lines == ["begun and ended"] }
        await life.stop()
        // Damage to the checkpoint that costs the position in the rotated file only.
        rig.run("sed -i 's/0.log.2026/0.log.3026/' state/cursors/sink.cursors")
        log.line("stdout", "F", "another")
        life = try rig.start(receiver)
        await eventually("the new record") { receiver.lines.count == 3 }
        #expect(receiver.lines == ["begun and ended", "begun ", "another"])
        await life.stop()
    }

    @Test func `after a kill at most one request is sent again, and counted`() async throws {
        let rig = try LogRig()
        let log = ContainerLog(rig)
        log.write(3000, pieces: true)
        let receiver = LineReceiver { number, _ in number < 3 ? .accept : .acceptAndHang }
        var life = try rig.start(receiver, maxRequestBytes: 8192)
        await eventually("a request under way") { receiver.requests.count == 4 }
        try await Task.sleep(for: .milliseconds(50))
        // What a SIGKILL leaves behind: the files as they are now.
        rig.run("cp -r state killed")
        let arrived = receiver.lines.count
        let largest = receiver.requests.map(\.count).max() ?? 0
        await life.abort()
        rig.run("rm -r state && mv killed state")
        receiver.behave { _, _ in .accept }
        life = try rig.start(receiver, maxRequestBytes: 8192)
        await eventually("all records") { Set(receiver.lines).count == log.written.count }
        let duplicates = receiver.lines.count - log.written.count
        #expect(arrived > 0 && duplicates > 0 && duplicates <= largest)
        let resent = rig.counter("martlet_log_resent_records_total", [.init("sink", "sink")])
        #expect(resent == duplicates)
        await life.stop()
    }

    @Test func `a file renamed between two lives is finished first`() async throws {
        let rig = try LogRig()
        let log = ContainerLog(rig)
        let receiver = LineReceiver()
        var life = try rig.start(receiver)
        log.write(100)
        await eventually("the first records") { receiver.lines.count == 100 }
        await life.stop()
        log.write(100, from: 100)
        log.line("stdout", "P", "over ")
        log.rename("20261123-022240")
        log.reopen()
        log.line("stdout", "F", "two lives")
        log.expect("over two lives")
        log.write(100, from: 200)
        life = try rig.start(receiver)
        await eventually("all records") { receiver.lines.count >= log.written.count }
        expectSame(receiver.lines, log.written)
        #expect(receiver.lines.last == log.written.last)
        await life.stop()
    }

    @Test func `a rotated file that was read is not read again`() async throws {
        let rig = try LogRig()
        let log = ContainerLog(rig)
        let receiver = LineReceiver()
        log.write(50)
        log.rename("20261123-022240")
        log.reopen()
        log.write(50, from: 50)
        for _ in 0..<3 {
            let life = try rig.start(receiver)
            await eventually("the rotated file to be let go of") {
                receiver.lines.count == 100 && life.pipeline.catalogue.generations.count == 1
            }
            try await Task.sleep(for: .milliseconds(300))
            await life.stop()
        }
        expectSame(receiver.lines, log.written)
    }

    @Test func `a file truncated between two lives is read from its beginning`() async throws {
        let rig = try LogRig()
        let log = ContainerLog(rig)
        let receiver = LineReceiver()
        // The same first line before and after, as of a program with a banner.
        log.raw("2026-11-23T01:30:00Z stdout F banner\n")
        log.write(100)
        var life = try rig.start(receiver)
        await eventually("the first records") { receiver.lines.count == 101 }
        await life.stop()
        unsafe truncate(log.path, 0)
        log.raw("2026-11-23T01:30:00Z stdout F banner\n")
        log.write(300, from: 1000)
        life = try rig.start(receiver)
        await eventually("the new content") { receiver.lines.count >= 402 }
        expectSame(receiver.lines, log.written + ["banner", "banner"])
        await life.stop()
    }

    @Test(arguments: ["cut", "garbage", "gone"])
    func `damage to a checkpoint loses nothing`(_ kind: String) async throws {
        let rig = try LogRig()
        let log = ContainerLog(rig)
        let receiver = LineReceiver()
        log.write(100)
        var life = try rig.start(receiver)
        await eventually("the first records") { receiver.lines.count == 100 }
        await life.stop()
        switch kind {
        case "cut": rig.run("truncate -s -5 state/cursors/sink.cursors")
        case "garbage": rig.run("head -c 500 /dev/urandom > state/cursors/sink.cursors")
        default: rig.run("rm -r state")
        }
        log.write(100, from: 100)
        life = try rig.start(receiver)
        await eventually("all records") { Set(receiver.lines).count == 200 }
        await life.stop()
        if kind != "gone" {
            let name = "martlet_log_checkpoint_damaged_bytes_total"
            #expect(rig.counter(name, [.init("sink", "sink")]) > 0)
            rig.run("test -e state/cursors/sink.cursors.damaged")
        }
    }

    @Test func `where to start is as the user says`() async throws {
        let rig = try LogRig()
        let log = ContainerLog(rig)
        log.write(10)
        let receiver = LineReceiver()
        var life = try rig.start([("sink", receiver)]) { $0.readFrom = .end }
        await eventually("the file to be known") { !life.pipeline.ledger.rows.isEmpty }
        log.write(["after the end"])
        await eventually("what came later") { receiver.lines.count == 1 }
        await life.stop()
        life = try rig.start([("sink", receiver)]) { $0.readFrom = .beginning }
        await eventually("all of it, again") { receiver.lines.count == 12 }
        await life.stop()
        life = try rig.start([("other", receiver)]) { $0.ignoreOlder = .seconds(3600) }
        await eventually("what is young enough") { receiver.lines.count == 23 }
        await life.stop()
    }
}
