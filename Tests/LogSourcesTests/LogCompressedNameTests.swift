import AgentTesting
import Pipeline
import Testing

@testable import LogSources

/// Compressed files are known by what is in them, whatever their names and numbers were before.
@Suite(.timeLimit(.minutes(2))) struct LogCompressedNameTests {
    /// A life that has delivered 200 records, of which the compressed half is out of sight: `aside`.
    private func deliverAndHide(
        _ rig: LogRig,
        _ log: ContainerLog,
        _ receiver: LineReceiver,
    ) async throws -> LogLife {
        let life = try rig.start(receiver)
        log.write(100)
        await eventually("the first records") { receiver.lines.count == 100 }
        log.rotate(rig, "20261123-022240")
        log.write(100, from: 100)
        await eventually("the next records") { receiver.lines.count == 200 }
        await eventually("one open generation") { life.pipeline.catalogue.generations.count == 1 }
        rig.run("mv \(log.path).20261123-022240.gz aside")
        try await Task.sleep(for: .seconds(1))
        return life
    }

    @Test(arguments: [false, true])
    func `a compressed file that was out of sight for a while is not read again`(
        _ isDamaged: Bool
    )
        async throws
    {
        let rig = try LogRig()
        let log = ContainerLog(rig)
        if isDamaged {
            rig.run("mkdir -p state/cursors && echo damaged > state/cursors/sink.cursors")
        }
        let receiver = LineReceiver()
        let life = try await self.deliverAndHide(rig, log, receiver)
        rig.run("mv aside \(log.path).20261123-022241.gz")
        try await Task.sleep(for: .seconds(1))
        log.write(["last"])
        await eventually("the last record") { receiver.lines.last == "last" }
        expectSame(receiver.lines, log.written)
        #expect(life.addsUp)
        await life.stop()
    }

    @Test func `what was read and is compressed ends no line that waits`() async throws {
        let rig = try LogRig()
        let log = ContainerLog(rig)
        let receiver = LineReceiver()
        let life = try await self.deliverAndHide(rig, log, receiver)
        // It is new to everybody, and found while a line waits for its end.
        log.line("stdout", "P", "begun ")
        try await Task.sleep(for: .milliseconds(300))
        rig.run("mv aside \(log.path).20261123-022241.gz")
        try await Task.sleep(for: .seconds(1))
        log.line("stdout", "F", "and ended")
        log.expect("begun and ended")
        await eventually("the last record") { receiver.lines.count > 200 }
        expectSame(receiver.lines, log.written)
        #expect(life.addsUp)
        await life.stop()
    }

    @Test func `a name that a file had before tells nothing of what is compressed`() async throws {
        let rig = try LogRig()
        let log = ContainerLog(rig)
        let receiver = LineReceiver()
        let life = try rig.start(receiver)
        log.write(100)
        log.rename("1")
        log.reopen()
        log.write(100, from: 100)
        await eventually("the first records") { receiver.lines.count == 200 }
        await eventually("one open generation") { life.pipeline.catalogue.generations.count == 1 }
        // logrotate counts: the next file to be compressed gets the name of the one before.
        rig.run(
            """
            seq -f '2026-11-23T01:30:01Z stdout F second %g' 10 | gzip -c > second
            gzip -c \(log.path).1 > first
            mv first \(log.path).2.gz && mv second \(log.path).1.gz && rm \(log.path).1
            """
        )
        await eventually("the compressed file's records") { receiver.lines.count == 210 }
        try await Task.sleep(for: .seconds(1))
        expectSame(receiver.lines, log.written + (1...10).map { "second \($0)" })
        #expect(life.addsUp)
        await life.stop()
    }

    @Test func `files that begin in the same way are told apart, and one that was truncated`()
        async throws
    {
        let rig = try LogRig()
        rig.run("mkdir plain && (echo banner; echo read) > plain/a.log")
        let receiver = LineReceiver()
        let life = try rig.start(receiver, sources: rig.plainSource())
        await eventually("the first records") { receiver.lines.count == 2 }
        // All of it appears at once, as for an agent that had no time to look.
        rig.run(
            """
            (cat plain/a.log; echo unread) | gzip -c > 3.gz && touch -d '-3 seconds' 3.gz
            (echo banner; echo missed) | gzip -c > 2.gz && touch -d '-2 seconds' 2.gz
            : | gzip -c > 1.gz
            (echo banner; echo last one) > x
            cat x > plain/a.log
            mv 1.gz plain/a.log.1.gz; mv 2.gz plain/a.log.2.gz; mv 3.gz plain/a.log.3.gz
            """
        )
        let all = ["banner", "read", "unread", "banner", "missed", "banner", "last one"]
        await eventually("all records") { receiver.lines.count >= all.count }
        try await Task.sleep(for: .seconds(2))
        expectSame(receiver.lines, all)
        #expect(life.addsUp)
        #expect(rig.told("can't be read") == 0)
        await life.stop()
    }

    @Test(arguments: [true, false])
    func `a number that another file had tells nothing of what is compressed`(
        _ isCompressed: Bool
    )
        async throws
    {
        let rig = try LogRig()
        let log = ContainerLog(rig)
        let receiver = LineReceiver()
        let life = try rig.start(receiver)
        log.write(100)
        await eventually("the first records") { receiver.lines.count == 100 }
        log.rotate(rig, "20261123-022240", gzip: isCompressed)
        log.write(100, from: 100)
        await eventually("the next records") { receiver.lines.count == 200 }
        await eventually("one open generation") { life.pipeline.catalogue.generations.count == 1 }
        let old = "\(log.path).20261123-022240" + (isCompressed ? ".gz" : "")
        rig.run("seq -f '2026-11-23T01:30:01Z stdout F second %g' 10 | gzip -c > x")
        // What was there is deleted and its number given to another file, while nobody looks.
        rig.run("cat x > \(old) && mv \(old) \(log.path).20261123-022241.gz")
        await eventually("the compressed file's records") { receiver.lines.count == 210 }
        log.write(["third"])
        await eventually("the last record") { receiver.lines.last == "third" }
        try await Task.sleep(for: .seconds(1))
        expectSame(receiver.lines, log.written + (1...10).map { "second \($0)" })
        #expect(life.addsUp)
        await life.stop()
    }
}
