import AgentTesting
import Glibc
import Pipeline
import Telemetry
import Testing

@testable import LogSources

/// Deleted files that nobody reads keep disk space, up to a limit.
@Suite(.timeLimit(.minutes(2))) struct LogDeletedTests {
    private static let label = [MeterLabel("source", "pods")]

    @Test func `the file deleted first is given up first, and what was not read of it is counted`()
        async throws
    {
        let rig = try LogRig()
        let receiver = LineReceiver { _, _ in .status(503) }
        let life = try rig.start([("sink", receiver)], maxRequestBytes: 4096) {
            $0.maxDeletedBytes = 700 << 10
        }
        var written = 0
        var texts: [[String]] = []
        for number in 0..<3 {
            let log = ContainerLog(rig, pod: "web-\(number)", uid: "uid-\(number)")
            log.write(
                (0..<5000).map { "pod \(number) record \($0) \(String(repeating: "x", count: 40))" }
            )
            texts.append(log.written)
            written += log.size
            await eventually("file \(number) to be known") {
                life.pipeline.catalogue.generations.contains {
                    $0.origin.pod == "web-\(number)" && Int($0.size) == log.size
                }
            }
            log.close()
            rig.run("rm -r pods/shop_web-\(number)_uid-\(number)")
            if number < 2 { await eventually("the deletion") { life.isDeleted("web-\(number)") } }
        }
        // Each has 500 KiB: two of three have to go.
        await eventually("two files are given up") {
            rig.counter("martlet_log_files_given_up_total", Self.label) == 2
        }
        #expect(rig.told("are given up") >= 1)
        rig.run("test $(ls -l /proc/\(getpid())/fd | grep -c '\(rig.folder).*deleted') = 1")
        receiver.behave { _, _ in .accept }
        await eventually("the last file's records", within: 60) {
            receiver.lines.filter { $0.hasPrefix("pod 2 ") }.count == 5000
        }
        let first = receiver.lines.filter { $0.hasPrefix("pod 0 ") }
        #expect(first.count < 5000, "what was read by then")
        await eventually("every byte in the ledger") {
            life.pipeline.ledger.rows.reduce(0) { $0 + $1.total.read.bytes } == written
        }
        let lost = life.pipeline.ledger.rows.compactMap { $0.total.lost[.givenUp]?.bytes }
        #expect(lost.count == 2 && lost.allSatisfy { $0 > 0 })
        #expect(life.addsUp)
        await life.stop()
        expectSame(Array(Set(receiver.lines).subtracting(texts.flatMap(\.self))), [])
    }

    @Test func `what is given up is in the ledger while the sink is down, and counts once`()
        async throws
    {
        let rig = try LogRig()
        let receiver = LineReceiver { _, _ in .status(503) }
        let life = try rig.start([("sink", receiver)], maxRequestBytes: 4096) {
            $0.maxDeletedBytes = 0
        }
        let log = ContainerLog(rig)
        log.write(5000)
        let written = log.size
        await eventually("a refusal") { !receiver.requests.isEmpty }
        await eventually("the file's size") {
            life.pipeline.catalogue.generations.first?.size == Int64(written)
        }
        log.close()
        rig.run("rm -r pods/*")
        await eventually("the loss") {
            life.pipeline.ledger.rows.first?.total.lost[.givenUp] != nil
        }
        let total = try #require(life.pipeline.ledger.rows.first?.total)
        #expect(total.addsUp && total.read.bytes == written)
        #expect(total.pending.bytes > 0 && total.delivered.bytes == 0)
        #expect(life.pipeline.ledger.rows.first?.lag == Int64(total.pending.bytes))
        receiver.behave { _, _ in .accept }
        await eventually("what was read before") {
            life.pipeline.ledger.rows.first?.total.pending.bytes == 0
        }
        await eventually("the file to be let go of") {
            life.pipeline.ledger.rows.first?.files.isEmpty == true
        }
        let last = try #require(life.pipeline.ledger.rows.first?.total)
        #expect(last.addsUp && last.read.bytes == written)
        #expect(last.lost == total.lost && last.delivered.bytes == total.pending.bytes)
        await life.stop()
    }

    @Test func `files that were read give way without a loss`() async throws {
        let rig = try LogRig()
        let log = ContainerLog(rig)
        log.write(2000)
        let receiver = LineReceiver()
        let life = try rig.start([("sink", receiver)]) {
            $0.maxDeletedBytes = 0
            $0.rotateWait = .seconds(3600)
        }
        await eventually("all records") { receiver.lines.count == 2000 }
        await eventually("the confirmation") { life.pipeline.ledger.rows.first?.lag == 0 }
        log.close()
        rig.run("rm -r pods/*")
        await eventually("the file is let go of") { life.pipeline.catalogue.generations.isEmpty }
        #expect(rig.counter("martlet_log_files_given_up_total", Self.label) == 0)
        #expect(life.pipeline.ledger.rows.first?.total.lost.isEmpty == true)
        await life.stop()
    }
}

extension LogLife {
    /// Whether the agent knows that a pod's file was deleted, or has let go of it.
    fileprivate func isDeleted(_ pod: String) -> Bool {
        self.pipeline.catalogue.generations.allSatisfy {
            $0.origin.pod != pod || $0.phase == .deleted
        }
    }
}
