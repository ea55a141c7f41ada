import AgentTesting
import Codecs
import Glibc
import Pipeline
import Synchronization
import Telemetry
import Testing

@testable import LogSources

/// Sinks, disks and files that are not as they should be: the rest goes on, and all is counted.
@Suite(.timeLimit(.minutes(2))) struct LogFaultTests {
    private static let label = [MeterLabel("sink", "sink")]

    @Test func `a sink that fails is tried until it takes everything`() async throws {
        let rig = try LogRig()
        let log = ContainerLog(rig)
        log.write(500)
        let receiver = LineReceiver { number, _ in
            switch number % 5 {
            case 0: .status(500)
            case 1: .cut
            case 2: .status(429, headers: [HTTPHeader("Retry-After", "0")])
            case 3: .partial(retry: "record 7", refuse: "nothing of this")
            default: .accept
            }
        }
        let life = try rig.start(receiver, maxRequestBytes: 4096)
        await eventually("all records") { receiver.lines.count >= 500 }
        expectSame(receiver.lines, log.written)
        #expect(life.addsUp)
        await life.stop()
        #expect(rig.counter("martlet_sink_request_failures_total", Self.label) > 3)
        let warnings = rig.messages.withLock { $0.filter { $0.contains("does not take") } }
        #expect(warnings.count == 1, "one message for one trouble")
    }

    @Test func `a request that is too large is halved until it fits`() async throws {
        let rig = try LogRig()
        let log = ContainerLog(rig)
        log.write(1000)
        log.write([String(repeating: "y", count: 3000)])
        log.write(10, from: 1000)
        let receiver = LineReceiver { _, lines in
            lines.reduce(0) { $0 + $1.utf8.count } > 2000 ? .status(413) : .accept
        }
        let life = try rig.start(receiver)
        await eventually("all but the large one") { receiver.lines.count == 1010 }
        await eventually("a settled ledger") {
            life.pipeline.ledger.rows.first?.total.lost[.tooLarge]?.records == 1
        }
        #expect(life.addsUp)
        #expect(receiver.lines == log.written.filter { $0.count < 3000 }, "order is kept")
        await life.stop()
    }

    @Test func `refused items are lost alone, and the ledger says so`() async throws {
        let rig = try LogRig()
        let log = ContainerLog(rig)
        log.write(100)
        let receiver = LineReceiver { _, _ in .partial(retry: "none", refuse: "record 5") }
        let life = try rig.start(receiver)
        // record 5 and 50 to 59.
        await eventually("the others") { receiver.lines.count == 89 }
        await eventually("the ledger") {
            life.pipeline.ledger.rows.first?.total.lost[.rejected]?.records == 11
        }
        let total = try #require(life.pipeline.ledger.rows.first?.total)
        #expect(total.addsUp && total.pending == .init())
        #expect(total.read.bytes == log.size)
        #expect(rig.counter("martlet_log_rejected_records_total", Self.label) == 11)
        await life.stop()
    }

    @Test func `a request refused as a whole is lost and the next one is not`() async throws {
        let rig = try LogRig()
        let log = ContainerLog(rig)
        let receiver = LineReceiver { number, _ in number == 0 ? .status(400) : .accept }
        let life = try rig.start(receiver)
        log.write(["refused"])
        await eventually("the refusal") { receiver.requests.count == 1 }
        log.write(["taken"])
        await eventually("the next") { receiver.lines == ["taken"] }
        #expect(life.addsUp)
        await life.stop()
    }

    @Test func `a sink that hangs holds nobody up`() async throws {
        let rig = try LogRig()
        let log = ContainerLog(rig)
        let stuck = LineReceiver { _, _ in .hang }
        let well = LineReceiver()
        let life = try rig.start([("stuck", stuck), ("well", well)])
        log.write(2000, pieces: true)
        await eventually("all records at the good one") { well.lines.count == 2000 }
        #expect(life.addsUp)
        // The file's size is known from the last look at it, which may be a moment old.
        await eventually("all of the file to be what the other is behind") {
            let row = life.pipeline.ledger.rows.first { $0.sink == "stuck" }
            return row.map { $0.total.pending.bytes > 0 && $0.lag == Int64(log.size) } ?? false
        }
        await life.abort()
        #expect(life.addsUp)
    }

    @Test func `what is found while the sink is down is in the ledger`() async throws {
        let rig = try LogRig()
        let log = ContainerLog(rig)
        log.write(10)
        let receiver = LineReceiver { _, _ in
            .status(429, headers: [HTTPHeader("Retry-After", "600")])
        }
        let life = try rig.start(receiver)
        await eventually("a refusal") { !receiver.requests.isEmpty }
        let late = ContainerLog(rig, pod: "late", uid: "l")
        late.write(20)
        await eventually("the new container") {
            life.pipeline.ledger.rows.first { $0.origin.pod == "late" }?.lag == Int64(late.size)
        }
        #expect(life.addsUp)
        await life.stop()
    }

    @Test func `a stop does not wait for a sink that is down`() async throws {
        let rig = try LogRig()
        let log = ContainerLog(rig)
        log.write(10)
        let receiver = LineReceiver { _, _ in
            .status(429, headers: [HTTPHeader("Retry-After", "600")])
        }
        let life = try rig.start(receiver)
        await eventually("a refusal") { !receiver.requests.isEmpty }
        try await Task.sleep(for: .milliseconds(50))
        let start = ContinuousClock.now
        await life.stop()
        #expect(ContinuousClock.now - start < .seconds(10))
    }

    @Test func `checkpoints that can't be written stop nothing`() async throws {
        let rig = try LogRig()
        rig.run("touch state")
        let log = ContainerLog(rig)
        let receiver = LineReceiver()
        var life = try rig.start(receiver)
        log.write(500)
        await eventually("all records") { receiver.lines.count == 500 }
        #expect(rig.counter("martlet_log_checkpoint_errors_total", Self.label) > 0)
        let complaints = rig.messages.withLock { $0.filter { $0.contains("can't be written") } }
        #expect(complaints.count == 1)
        rig.run("rm state")
        await eventually("the checkpoint", within: 30) {
            log.write(["again"])
            return unsafe access("\(rig.state)/cursors/sink.cursors", F_OK) == 0
        }
        await life.stop()
        let arrived = receiver.lines.count
        life = try rig.start(receiver)
        log.write(["the next life"])
        await eventually("the next life's record") { receiver.lines.last == "the next life" }
        #expect(receiver.lines.count <= log.written.count && receiver.lines.count > arrived)
        await life.stop()
    }

    @Test func `what is no log file holds nothing up`() async throws {
        let rig = try LogRig()
        let log = ContainerLog(rig)
        let other = ContainerLog(rig, pod: "odd", uid: "u")
        other.close()
        rig.run("cd \(other.folder) && rm 0.log && ln -s 0.log 0.log && mkfifo 1.log")
        rig.run(
            "cd \(other.folder) && mkdir 2.log && ln -s /nowhere 3.log && ln -s /dev/zero 4.log"
        )
        rig.run("cd pods && mkdir not-a-pod && touch stray && ln -s . loop_x_y")
        rig.run("cd \(other.folder) && touch 5.log 0.log.20261123-022240.gz 6.log.tmp")
        let receiver = LineReceiver()
        let life = try rig.start(receiver)
        log.write(100)
        await eventually("the good file's records") { receiver.lines.count == 100 }
        let label = [MeterLabel("source", "pods")]
        #expect(rig.counter("martlet_log_file_errors_total", label) >= 3)
        // A loop, a pipe, a device, a compressed file that is none: one message each.
        let complaints = rig.messages.withLock { $0.filter { $0.contains("can't be read") } }
        #expect(complaints.count == 4, "\(complaints)")
        await life.stop()
    }

    @Test func `a storm does not hold up a quiet container`() async throws {
        let rig = try LogRig()
        let storm = ContainerLog(rig, pod: "storm", uid: "s")
        let text = String(repeating: "x", count: 500)
        for _ in 0..<20 {
            storm.raw(String(repeating: "2026-11-23T01:30:00Z stdout F \(text)\n", count: 1000))
        }
        let quiet = ContainerLog(rig, pod: "quiet", uid: "q")
        quiet.write(["quiet"])
        let receiver = LineReceiver()
        let life = try rig.start(receiver, maxRequestBytes: 1 << 20)
        await eventually("everything") { receiver.lines.count == 20_001 }
        let place = try #require(receiver.requests.firstIndex { $0.contains("quiet") })
        #expect(place <= 1, "in one of the first two requests of \(receiver.requests.count)")
        await life.stop()
    }

    @Test func `without notice of changes everything is still found`() async throws {
        let rig = try LogRig()
        let log = ContainerLog(rig)
        let catalogue = LogCatalogue()
        let driver = rig.blindDriver(rescanInterval: .milliseconds(100))
        log.write(1)
        let task = Task { await driver.run(into: catalogue) }
        await eventually("the file") { catalogue.generations.count == 1 }
        let size = catalogue.generations.first?.size ?? 0
        log.write(1)
        await eventually("its growth") { catalogue.generations.first?.size ?? 0 > size }
        let late = ContainerLog(rig, pod: "late", uid: "l")
        late.write(1)
        await eventually("another") { catalogue.generations.count == 2 }
        task.cancel()
        await task.value
    }
}
