import AgentTesting
import Pipeline
import Synchronization
import Testing

@testable import LogSources

/// Copies that logrotate's `copytruncate` makes of files: what was read of the original is not read
/// again, and what was not is.
@Suite(.timeLimit(.minutes(2))) struct LogCopyTests {
    /// The kernel's clocks, which a test can put forward.
    private final class ShiftedClock: AgentClock {
        private let shift = Mutex(Int64(0))
        private let clock = SystemClock()

        var wallNanoseconds: Int64 { self.clock.wallNanoseconds + self.shift.withLock(\.self) }

        var monotonicNanoseconds: Int64 {
            self.clock.monotonicNanoseconds + self.shift.withLock(\.self)
        }

        func sleep(for duration: Duration) async throws(CancellationError) {
            try await self.clock.sleep(for: duration)
        }

        func putForward(by duration: Duration) {
            self.shift.withLock { $0 += duration.nanoseconds }
        }
    }

    /// Whether the live file is confirmed; a copy waits for its end.
    private func isConfirmed(_ life: LogLife) -> Bool {
        let files = life.pipeline.ledger.rows.flatMap(\.files)
        let live = files.filter { $0.generation.path.hasSuffix(".log") }
        return !live.isEmpty
            && live.allSatisfy { $0.lag == 0 && $0.account.pending.records == 0 }
    }

    /// A life that has delivered a file of 500 lines.
    private func deliverFirstLines(
        _ rig: LogRig,
        _ receiver: LineReceiver,
    ) async throws -> LogLife {
        rig.run("mkdir -p plain && seq 1 500 > plain/a.log")
        let life = try rig.start(receiver, sources: rig.plainSource())
        await eventually("the first lines") { receiver.lines.count == 500 }
        await eventually("the confirmation") { self.isConfirmed(life) }
        return life
    }

    /// A life whose sink has not taken a file of 500 lines so far.
    private func holdFirstLines(_ rig: LogRig, _ receiver: LineReceiver) async throws -> LogLife {
        rig.run("mkdir -p plain && seq 1 500 > plain/a.log")
        let life = try rig.start(receiver, sources: rig.plainSource())
        await eventually("a request under way") { !receiver.requests.isEmpty }
        return life
    }

    /// Has the sink take lines, and expects all of them, once and in order.
    private func expectAll(
        _ count: Int = 600,
        of life: LogLife,
        _ receiver: LineReceiver,
    ) async throws {
        receiver.behave { _, _ in .accept }
        await eventually("every line") { receiver.lines.count >= count }
        try await Task.sleep(for: .milliseconds(1500))
        #expect(receiver.lines == (1...count).map(String.init))
        #expect(life.addsUp && life.pipeline.ledger.rows.allSatisfy { $0.total.lost.isEmpty })
        await life.stop()
    }

    @Test func `a copy that a truncation leaves behind is not read again`() async throws {
        let rig = try LogRig()
        rig.run("mkdir plain && seq 1 500 > plain/a.log")
        let receiver = LineReceiver()
        let life = try rig.start(receiver, sources: rig.plainSource())
        await eventually("the first lines") { receiver.lines.count == 500 }
        await eventually("the confirmation") { life.pipeline.ledger.rows.first?.lag == 0 }
        rig.run("cp plain/a.log plain/a.log.1 && sleep 0.2 && : > plain/a.log")
        rig.run("sleep 0.2; seq 501 600 >> plain/a.log")
        await eventually("the new lines") { receiver.lines.count >= 600 }
        try await Task.sleep(for: .milliseconds(1500))
        expectSame(receiver.lines, (1...600).map(String.init))
        await life.stop()
    }

    @Test func `a copy goes on where the original ended, whatever is under way`() async throws {
        let rig = try LogRig()
        let receiver = LineReceiver { _, _ in .status(503) }
        let life = try await self.holdFirstLines(rig, receiver)
        // The copy is found before it is whole, and has what nobody read of the original.
        rig.run("seq 501 550 >> plain/a.log && head -c 100 plain/a.log > plain/a.log.1")
        rig.run("sleep 0.3; tail -c +101 plain/a.log >> plain/a.log.1 && : > plain/a.log")
        rig.run("sleep 0.3; seq 551 600 >> plain/a.log && sleep 0.3")
        try await self.expectAll(of: life, receiver)
    }

    @Test(arguments: [false, true])
    func `lines between the copy and the truncation are read, and the copy is not read again`(
        _ isCompressed: Bool
    )
        async throws
    {
        let rig = try LogRig()
        let receiver = LineReceiver()
        let life = try await self.deliverFirstLines(rig, receiver)
        rig.run("seq 501 505 >> plain/a.log && sleep 0.5")
        await eventually("the confirmation") {
            receiver.lines.count == 505 && self.isConfirmed(life)
        }
        rig.run(isCompressed ? "gzip -c plain/a.log > x" : "cp plain/a.log plain/a.log.1")
        rig.run("seq 506 510 >> plain/a.log")
        await eventually("what comes behind the copy") { receiver.lines.count == 510 }
        await eventually("the confirmation") { self.isConfirmed(life) }
        rig.run((isCompressed ? "mv x plain/a.log.1.gz; " : "") + ": > plain/a.log")
        rig.run("sleep 0.3; seq 511 520 >> plain/a.log")
        await eventually("every line") { receiver.lines.count >= 520 }
        try await Task.sleep(for: .milliseconds(1500))
        #expect(receiver.lines == (1...520).map(String.init))
        #expect(life.addsUp && life.pipeline.ledger.rows.allSatisfy { $0.total.lost.isEmpty })
        await life.stop()
    }

    @Test func `a copy that was compressed long before the original is truncated is read`()
        async throws
    {
        let rig = try LogRig()
        let receiver = LineReceiver { _, _ in .status(503) }
        let life = try await self.holdFirstLines(rig, receiver)
        rig.run("seq 501 550 >> plain/a.log && gzip -c plain/a.log > plain/a.log.1.gz")
        try await Task.sleep(for: .milliseconds(500))
        rig.run(": > plain/a.log && seq 551 600 >> plain/a.log && sleep 0.5")
        try await self.expectAll(of: life, receiver)
    }

    @Test(arguments: [false, true])
    func `a copy that is compressed at once goes on where the original ended`(
        _ isWritten: Bool
    )
        async throws
    {
        let rig = try LogRig()
        let receiver = LineReceiver { _, _ in .status(503) }
        let life = try await self.holdFirstLines(rig, receiver)
        rig.run("seq 501 550 >> plain/a.log && gzip -c plain/a.log > x && mv x plain/a.log.1.gz")
        rig.run(isWritten ? "seq 551 600 > plain/a.log" : ": > plain/a.log")
        try await Task.sleep(for: .seconds(1))
        if !isWritten { rig.run("seq 551 600 >> plain/a.log && sleep 0.3") }
        try await self.expectAll(of: life, receiver)
    }

    @Test(arguments: [false, true])
    func `many rotations in a row are read once`(_ isCopied: Bool) async throws {
        let rig = try LogRig()
        let receiver = LineReceiver()
        let life = try await self.deliverFirstLines(rig, receiver)
        let rotate = isCopied ? "cp a.log a.log.1; : > a.log" : "mv a.log a.log.1; : > a.log"
        rig.run(
            """
            cd plain
            for round in $(seq 60); do
                seq $((round * 20 + 481)) $((round * 20 + 490)) >> a.log
                sleep 0.02
                seq $((round * 20 + 491)) $((round * 20 + 500)) >> a.log
                \(rotate)
                gzip a.log.1; mv a.log.1.gz a.log.$((round + 1)).gz
            done
            """
        )
        await eventually("every line") { receiver.lines.count >= 1700 }
        try await Task.sleep(for: .seconds(1))
        let lines = (1...1700).map(String.init)
        expectSame(receiver.lines, lines)
        #expect(life.addsUp)
        #expect(receiver.lines == lines)
        #expect(life.pipeline.ledger.rows.allSatisfy { $0.total.lost.isEmpty })
        await life.stop()
    }

    @Test func `a copy that is compressed while its folder is looked through is found`()
        async throws
    {
        let rig = try LogRig()
        let receiver = LineReceiver { _, _ in .status(503) }
        // It takes a while from the listing of names to the look at the last one.
        rig.run("mkdir plain && cd plain && seq -f '%04.0f.log' 3000 | xargs touch")
        let life = try await self.holdFirstLines(rig, receiver)
        for round in 1...20 {
            rig.run(
                """
                cd plain; seq \(480 + 20 * round + 1) \(500 + 20 * round) >> a.log; sleep 0.1
                cp a.log a.log.1; : > a.log; sleep 0.0\(round + 10)
                gzip a.log.1; mv a.log.1.gz a.log.\(round + 1).gz; sleep 0.1
                """
            )
        }
        try await self.expectAll(900, of: life, receiver)
    }

    @Test(arguments: [false, true])
    func `what is truncated twice between two looks is read in order`(
        _ isCompressed: Bool
    )
        async throws
    {
        let rig = try LogRig()
        let receiver = LineReceiver()
        // It takes a while from the copies to the file itself.
        rig.run("mkdir plain && cd plain && seq -f '%04.0f.log' 2000 | xargs touch")
        let life = try await self.deliverFirstLines(rig, receiver)
        let compress = isCompressed ? "gzip a.log.1 a.log.2" : ":"
        for round in 1...5 {
            let first = 100 * round + 401
            // Changes come together that come within 20 ms of the first.
            rig.run(
                """
                cd plain; rm -f a.log.*; sleep 0.5; touch x; rm x
                seq \(first) \(first + 29) >> a.log; cp a.log a.log.2; : > a.log
                seq \(first + 30) \(first + 59) >> a.log; cp a.log a.log.1; : > a.log
                seq \(first + 60) \(first + 99) >> a.log; \(compress)
                """
            )
            await eventually("the lines of a round") { receiver.lines.count >= first + 99 }
        }
        try await self.expectAll(1000, of: life, receiver)
    }

    @Test func `a copy that is being made while the agent starts is not read again`() async throws {
        let rig = try LogRig()
        let receiver = LineReceiver()
        var life = try await self.deliverFirstLines(rig, receiver)
        await life.stop()
        rig.run("seq 501 520 >> plain/a.log && head -c 100 plain/a.log > plain/a.log.1")
        life = try rig.start(receiver, sources: rig.plainSource())
        await eventually("what came meanwhile") { receiver.lines.count >= 520 }
        await eventually("the confirmation") { self.isConfirmed(life) }
        rig.run("tail -c +101 plain/a.log >> plain/a.log.1 && : > plain/a.log")
        rig.run("sleep 0.3; seq 521 530 >> plain/a.log")
        await eventually("every line") { receiver.lines.count >= 530 }
        try await Task.sleep(for: .milliseconds(1500))
        #expect(receiver.lines == (1...530).map(String.init))
        await life.stop()
    }

    @Test func `a copy that is out of sight for a moment is not read again`() async throws {
        let rig = try LogRig()
        let receiver = LineReceiver()
        let life = try await self.deliverFirstLines(rig, receiver)
        // The copy has something that was not read of the original, and is let go of.
        rig.run("cp plain/a.log x && seq 501 510 >> x && mv x plain/a.log.1 && : > plain/a.log")
        await eventually("the rest") { receiver.lines.count == 510 }
        rig.run("seq 511 520 >> plain/a.log")
        await eventually("one open generation") {
            receiver.lines.count == 520 && life.pipeline.catalogue.generations.count == 1
        }
        rig.run("mv plain/a.log.1 x && sleep 1.5 && mv x plain/a.log.2 && sleep 1.5")
        rig.run("echo 521 >> plain/a.log")
        await eventually("the last line") { receiver.lines.last == "521" }
        #expect(receiver.lines == (1...521).map(String.init))
        await life.stop()
    }

    @Test func `after damage everything is read again once`() async throws {
        let rig = try LogRig()
        let receiver = LineReceiver()
        var life = try await self.deliverFirstLines(rig, receiver)
        await life.stop()
        rig.run("truncate -s 8 state/cursors/sink.cursors")
        life = try rig.start(receiver, sources: rig.plainSource())
        await eventually("them again") { receiver.lines.count == 1000 }
        rig.run("mv plain/a.log plain/a.log.1 && seq 501 510 > plain/a.log")
        await eventually("one open generation") {
            receiver.lines.count == 1010 && life.pipeline.catalogue.generations.count == 1
        }
        // It was let go of, and is met under another name beside one that the checkpoint doesn't know.
        rig.run("mv plain/a.log.1 plain/a.log.2 && sleep 1.5 && echo 511 >> plain/a.log")
        await eventually("the last line") { receiver.lines.last == "511" }
        #expect(receiver.lines.count == 1011)
        await life.stop()
    }

    @Test func `few bytes tell a copy, too`() async throws {
        let rig = try LogRig()
        rig.run("mkdir plain && echo one > plain/a.log")
        let receiver = LineReceiver()
        var life = try rig.start(receiver, sources: rig.plainSource())
        await eventually("the line") { receiver.lines == ["one"] }
        await eventually("the confirmation") { self.isConfirmed(life) }
        await life.stop()
        rig.run("cp plain/a.log plain/a.log.1 && echo two > plain/a.log")
        life = try rig.start(receiver, sources: rig.plainSource())
        await eventually("the next line") { receiver.lines.contains("two") }
        try await Task.sleep(for: .milliseconds(1500))
        #expect(receiver.lines == ["one", "two"])
        await life.stop()
    }

    @Test func `a copy is known for longer than what it was made of`() async throws {
        let clock = ShiftedClock()
        let rig = try LogRig(clock: clock)
        let receiver = LineReceiver()
        var life = try await self.deliverFirstLines(rig, receiver)
        await life.stop()
        rig.run("mv plain/a.log plain/old && cp plain/old plain/a.log.1 && rm plain/old")
        rig.run("echo 501 > plain/a.log")
        life = try rig.start(receiver, sources: rig.plainSource())
        await eventually("the next line") { receiver.lines.count >= 501 }
        clock.putForward(by: .seconds(7200))
        rig.run("echo 502 >> plain/a.log")
        await eventually("a line after hours") { receiver.lines.count >= 502 }
        await eventually("the confirmation") { self.isConfirmed(life) }
        rig.run("echo 503 >> plain/a.log")
        await eventually("another line") { receiver.lines.count >= 503 }
        await life.stop()
        rig.run("mv plain/a.log.1 plain/a.log.2")
        life = try rig.start(receiver, sources: rig.plainSource())
        rig.run("echo 504 >> plain/a.log")
        await eventually("the last line") { receiver.lines.last == "504" }
        try await Task.sleep(for: .milliseconds(500))
        #expect(receiver.lines == (1...504).map(String.init))
        await life.stop()
    }

    @Test func `what was begun and copied while the sink was away is read in order`()
        async throws
    {
        let rig = try LogRig()
        rig.run("mkdir plain && seq 1 500 > plain/a.log")
        let receiver = LineReceiver { number, _ in number == 0 ? .accept : .status(503) }
        let life = try rig.start(receiver, sources: rig.plainSource())
        await eventually("the first lines") { receiver.lines.count == 500 }
        rig.run("echo 501 >> plain/a.log")
        await eventually("a request under way") { receiver.requests.count > 1 }
        rig.run("cp plain/a.log plain/a.log.1 && : > plain/a.log")
        rig.run("sleep 0.3; seq 502 550 >> plain/a.log; sleep 0.3")
        rig.run("mv plain/a.log.1 plain/a.log.2 && cp plain/a.log plain/a.log.1")
        rig.run(": > plain/a.log; sleep 0.3; seq 551 600 >> plain/a.log; sleep 0.3")
        receiver.behave { _, _ in .accept }
        await eventually("every line") { receiver.lines.count >= 600 }
        try await Task.sleep(for: .milliseconds(1500))
        #expect(receiver.lines == (1...600).map(String.init))
        #expect(life.addsUp)
        await life.stop()
    }

    @Test(arguments: [false, true])
    func `files with holes in front are told apart`(_ isSinkAway: Bool) async throws {
        let rig = try LogRig()
        rig.run("mkdir plain")
        let receiver = LineReceiver { _, _ in isSinkAway ? .status(503) : .accept }
        let life = try rig.start(receiver, sources: rig.plainSource())
        // A writer that doesn't append goes on where it was, far behind what one read takes.
        rig.run(
            """
            exec 3> plain/a.log
            seq 1 60000 >&3; sleep 0.2
            cp plain/a.log plain/a.log.1; : > plain/a.log
            seq 60001 60500 >&3; sleep 0.2
            mv plain/a.log.1 plain/a.log.2; cp plain/a.log plain/a.log.1; : > plain/a.log
            seq 60501 61000 >&3; sleep 0.2
            """
        )
        receiver.behave { _, _ in .accept }
        await eventually("every line") { receiver.lines.count >= 61000 }
        try await Task.sleep(for: .milliseconds(1500))
        #expect(receiver.lines == (1...61000).map(String.init))
        #expect(life.addsUp)
        await life.stop()
    }
}
