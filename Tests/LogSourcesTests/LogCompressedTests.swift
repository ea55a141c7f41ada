import AgentTesting
import Pipeline
import Testing

@testable import LogSources

/// Rotated files that the kubelet compressed before they were read.
@Suite(.timeLimit(.minutes(2))) struct LogCompressedTests {
    private static let label = [MeterLabel("source", "pods")]
    private static let sink = [MeterLabel("sink", "sink")]

    private func start(_ rig: LogRig, _ receiver: LineReceiver, cold: Bool) throws -> LogLife {
        try rig.start([("sink", receiver)], maxRequestBytes: 8192) { $0.isCompressedRead = cold }
    }

    @Test func `at the first start compressed files are read before the others, once`()
        async throws
    {
        let rig = try LogRig()
        let log = ContainerLog(rig)
        for round in 0..<3 {
            log.write(300, from: round * 300)
            log.rotate(rig, "20261123-02224\(round)", gzip: round < 2)
        }
        log.write(300, from: 900)
        let receiver = LineReceiver()
        var life = try self.start(rig, receiver, cold: true)
        await eventually("all records") { receiver.lines.count >= 1200 }
        #expect(receiver.lines == log.written, "in order")
        await eventually("one open generation") { life.pipeline.catalogue.generations.count == 1 }
        #expect(life.addsUp)
        await life.stop()
        life = try self.start(rig, receiver, cold: true)
        log.write(["the next life"])
        await eventually("the next life's record") { receiver.lines.last == "the next life" }
        #expect(receiver.lines == log.written)
        await life.stop()
    }

    @Test func `what was read and forgotten before it was compressed is not read again`()
        async throws
    {
        let rig = try LogRig()
        let log = ContainerLog(rig)
        log.write(10)
        log.rotate(rig, "20261123-022240")
        log.write(10, from: 10)
        let receiver = LineReceiver()
        // The sink knows of a compressed file that stays.
        var life = try self.start(rig, receiver, cold: true)
        await eventually("the first records") { receiver.lines.count == 20 }
        log.rotate(rig, "20261123-022241", gzip: false)
        log.write(10, from: 20)
        await eventually("the new file's") { receiver.lines.count == 30 }
        await eventually("one open generation") { life.pipeline.catalogue.generations.count == 1 }
        rig.run("gzip \(log.path).20261123-022241")
        try await Task.sleep(for: .milliseconds(500))
        await life.stop()
        life = try self.start(rig, receiver, cold: true)
        log.write(1, from: 30)
        await eventually("the next life's record") { receiver.lines.count > 30 }
        #expect(receiver.lines == log.written)
        await life.stop()
    }

    @Test func `unless it is asked for, nothing compressed is read at the first start`()
        async throws
    {
        let rig = try LogRig()
        let log = ContainerLog(rig)
        log.write(["old"])
        log.rotate(rig, "20261123-022240")
        log.write(["new"])
        let receiver = LineReceiver()
        let life = try self.start(rig, receiver, cold: false)
        await eventually("the record") { receiver.lines == ["new"] }
        await life.stop()
        #expect(receiver.lines == ["new"])
    }

    @Test(arguments: [false, true])
    func `what was compressed while the agent was away is read on where it was`(
        _ cold: Bool
    )
        async throws
    {
        let rig = try LogRig()
        let log = ContainerLog(rig)
        log.write(["read and gone"])
        log.rotate(rig, "20261123-022239", gzip: false)
        log.write(500, pieces: true)
        let receiver = LineReceiver()
        var life = try self.start(rig, receiver, cold: cold)
        await eventually("the first records") { receiver.lines.count == 501 }
        await eventually("the confirmation") { life.pipeline.ledger.rows.first?.lag == 0 }
        await life.stop()
        rig.run("gzip \(log.path).20261123-022239")
        log.write(500, from: 500, pieces: true)
        log.line("stdout", "P", "across ")
        log.rotate(rig, "20261123-022240")
        log.line("stdout", "F", "files")
        log.expect("across files")
        log.write(300, from: 1000)
        log.rotate(rig, "20261123-022241")
        log.write(300, from: 1300)
        log.rotate(rig, "20261123-022242", gzip: false)
        log.write(100, from: 1600)
        life = try self.start(rig, receiver, cold: cold)
        await eventually("all records") { receiver.lines.count >= log.written.count }
        #expect(receiver.lines == log.written, "once, and in order")
        #expect(life.addsUp)
        await life.stop()
    }

    @Test func `what was read before it was compressed is not read again`() async throws {
        let rig = try LogRig()
        let log = ContainerLog(rig)
        let receiver = LineReceiver()
        var life = try self.start(rig, receiver, cold: true)
        for round in 0..<3 {
            log.write(100, from: round * 100)
            await eventually("round \(round)") { receiver.lines.count == log.written.count }
            log.rotate(rig, "20261123-02224\(round)")
        }
        log.write(["last"])
        await eventually("the last record") { receiver.lines.last == "last" }
        await life.stop()
        for _ in 0..<2 {
            life = try self.start(rig, receiver, cold: true)
            log.write(1, from: receiver.lines.count)
            await eventually("the next") { receiver.lines.last == log.written.last }
            await life.stop()
        }
        #expect(receiver.lines == log.written)
    }

    @Test func `what was written and compressed between two looks is read`() async throws {
        let rig = try LogRig()
        let log = ContainerLog(rig)
        let receiver = LineReceiver()
        let life = try rig.start([("sink", receiver)]) {
            $0.rotateWait = .seconds(1)
            $0.rescanInterval = .seconds(2)
        }
        log.write(100)
        await eventually("the first records") { receiver.lines.count == 100 }
        // All of it appears at once, as for an agent that had no time to look.
        rig.run("mv pods/shop_web-1_uid-1/app aside")
        log.write(100, from: 100)
        rig.run("mv aside/0.log aside/0.log.20261123-022240 && touch aside/0.log")
        rig.run(
            """
            seq -f '2026-11-23T01:30:01Z stdout F second %g' 10 \
                | gzip -c > aside/0.log.20261123-022241.gz
            echo '2026-11-23T01:30:02Z stdout F third' > aside/0.log
            gzip aside/0.log.20261123-022240
            mv aside pods/shop_web-1_uid-1/app
            """
        )
        let all = log.written + (1...10).map { "second \($0)" } + ["third"]
        await eventually("all records") { receiver.lines.count >= all.count }
        try await Task.sleep(for: .milliseconds(2500))
        expectSame(receiver.lines, all)
        #expect(life.addsUp)
        await life.stop()
    }

    @Test func `a kill amid compressed files loses nothing and repeats one request`()
        async throws
    {
        let rig = try LogRig()
        let log = ContainerLog(rig)
        for round in 0..<3 {
            log.write(2000, from: round * 2000)
            log.rotate(rig, "20261123-02224\(round)")
        }
        log.write(["live"])
        let receiver = LineReceiver { number, _ in number < 3 ? .accept : .hang }
        var life = try self.start(rig, receiver, cold: true)
        await eventually("a request under way") { receiver.requests.count == 4 }
        rig.run("cp -r state killed")
        await life.abort()
        rig.run("rm -r state && mv killed state")
        receiver.behave { _, _ in .accept }
        life = try self.start(rig, receiver, cold: true)
        await eventually("all records") { Set(receiver.lines).count == log.written.count }
        #expect(receiver.lines.last == "live")
        let doubled = receiver.lines.count - log.written.count
        #expect(doubled <= receiver.requests.map(\.count).max() ?? 0)
        #expect(life.addsUp)
        await life.stop()
    }

    @Test func `what was under way at a kill is read though it was compressed since`()
        async throws
    {
        let rig = try LogRig()
        let log = ContainerLog(rig)
        log.write(10)
        let receiver = LineReceiver { _, lines in lines.contains("last") ? .hang : .accept }
        var life = try self.start(rig, receiver, cold: false)
        await eventually("the first records") { receiver.lines.count == 10 }
        await life.stop()
        // Of the file in the middle a line waits that began before it and ends behind it.
        log.line("stderr", "P", "across ")
        log.rename("20261123-022240")
        log.reopen()
        log.line("stderr", "P", "three ")
        log.line("stdout", "F", "beside")
        log.rename("20261123-022241")
        log.reopen()
        log.line("stderr", "F", "files")
        log.write(["last"])
        life = try self.start(rig, receiver, cold: false)
        await eventually("a request under way") {
            receiver.requests.last?.contains("last") == true
        }
        rig.run("cp -r state killed")
        await life.abort()
        rig.run("rm -r state && mv killed state")
        rig.run("gzip \(log.path).20261123-022240 \(log.path).20261123-022241")
        receiver.behave { _, _ in .accept }
        life = try self.start(rig, receiver, cold: false)
        await eventually("the last record") { receiver.lines.last == "last" }
        expectSame(receiver.lines, log.written + ["beside", "across three files"])
        #expect(life.addsUp)
        await life.stop()
    }

    @Test(arguments: [
        ("nothing", ": > "), ("text", "echo 2026-11-23T01:30:00Z stdout F no gzip > "),
        ("cut", "seq -f '2026-11-23T01:30:00Z stdout F %g' 5000 | gzip -c | head -c 5000 > "),
        (
            "damaged",
            "(seq -f '2026-11-23T01:30:00Z stdout F %g' 5000 | gzip -c | head -c 5000; "
                + "head -c 5000 /dev/zero) > ",
        ),
        (
            "followed by something else",
            "(echo 2026-11-23T01:30:00Z stdout F 1 | gzip -c; echo x) > ",
        ),
    ])
    func `a file that is no gzip, or half of one, holds nothing up`(
        _ kind: (String, String)
    )
        async throws
    {
        let rig = try LogRig()
        let log = ContainerLog(rig)
        rig.run("\(kind.1) \(log.path).20261123-022240.gz")
        log.write(["live"])
        let receiver = LineReceiver()
        let life = try self.start(rig, receiver, cold: true)
        await eventually("the live file's record") { receiver.lines.last == "live" }
        await eventually("the damage to be counted") {
            rig.counter("martlet_log_file_errors_total", Self.label)
                + rig.counter("martlet_log_read_errors_total", Self.sink) > 0
        }
        await eventually("the file is let go of") { life.pipeline.catalogue.generations.count == 1 }
        log.write(["more"])
        await eventually("the next record") { receiver.lines.last == "more" }
        #expect(life.addsUp)
        await life.stop()
    }

    @Test func `a small file that holds very much is read as far as allowed`() throws {
        let rig = try LogRig()
        rig.run("yes 2026-11-23T01:30:00Z stdout F bomb | head -c 9000000 | gzip -c > bomb.gz")
        let content = try GzipContentRig.content(rig, "bomb.gz", limit: 2 << 20)
        #expect(content.size == 2 << 20)
        #expect(try GzipContentRig.read(content) == .failed("it holds more than 2 MiB"))
        #expect(content.isBroken)
    }

    @Test(arguments: 1...5)
    func `a compressed file that is renamed while the agent starts is read`(
        _ round: Int
    )
        async throws
    {
        let rig = try LogRig()
        // It takes a while from the listing of names to the look into the files.
        rig.run("mkdir plain; for n in $(seq 300); do echo $n | gzip > plain/$n.log.1.gz; done")
        rig.run("echo 1 > plain/a.log")
        let receiver = LineReceiver()
        let first = try rig.start(receiver, sources: rig.plainSource())
        await eventually("the first line") { receiver.lines == ["1"] }
        await first.stop()
        rig.run("cd plain && echo 2 >> a.log && gzip -c a.log > a.log.1.gz && echo 3 > x")
        rig.run("cd plain && mv x a.log")
        rig.run(
            """
            (cd plain; for turn in $(seq 300); do
                mv a.log.1.gz a.log.2.gz; mv a.log.2.gz a.log.1.gz
            done; touch done) > x 2>&1 &
            """
        )
        let life = try rig.start(receiver, sources: rig.plainSource())
        await eventually("every line") { receiver.lines.count == 3 }
        rig.run("until [ -e plain/done ]; do sleep 0.1; done")
        try await Task.sleep(for: .milliseconds(300))
        expectSame(receiver.lines, ["1", "2", "3"])
        await life.stop()
    }

    @Test(arguments: 1...5)
    func `a file that is renamed and compressed while the agent starts is read once`(
        _ round: Int
    )
        async throws
    {
        let rig = try LogRig()
        rig.run("mkdir plain; for n in $(seq 300); do echo g$n | gzip > plain/$n.log.1.gz; done")
        // Another file changes its name all the time, so that the folder is listed again.
        rig.run(
            """
            (cd plain; for turn in $(seq 300); do
                mv 1.log.1.gz 1.log.2.gz; mv 1.log.2.gz 1.log.1.gz
            done; touch renamed) > x 2>&1 &
            """
        )
        rig.run(
            """
            (cd plain; for turn in $(seq 100); do
                echo $turn > a.log; sleep 0.01; mv a.log a.log.$turn; gzip a.log.$turn
            done; touch compressed) > y 2>&1 &
            """
        )
        let receiver = LineReceiver { _, _ in .status(503) }
        let life = try rig.start(receiver, sources: rig.plainSource(", compressed: true"))
        rig.run("until [ -e plain/renamed -a -e plain/compressed ]; do sleep 0.1; done")
        receiver.behave { _, _ in .accept }
        let lines = (1...300).map { "g\($0)" } + (1...100).map(String.init)
        await eventually("every line") { receiver.lines.count >= 400 }
        try await Task.sleep(for: .seconds(1))
        expectSame(receiver.lines, lines)
        await life.stop()
    }
}
