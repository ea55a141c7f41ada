import AgentTesting
import Glibc
import Pipeline
import Telemetry
import Testing

@testable import LogSources

/// Files that come, grow, are renamed, truncated, deleted.
@Suite(.timeLimit(.minutes(2))) struct LogFollowingTests {
    /// A life that has read a rotated file of ten records, and let go of it, and ten of the next.
    private func deliverRotated(
        _ log: ContainerLog,
        _ rig: LogRig,
        _ receiver: LineReceiver,
    ) async throws -> LogLife {
        let life = try rig.start(receiver)
        log.write(10)
        log.rename("20261123-022240")
        log.reopen()
        log.write(10, from: 10)
        await eventually("one open generation") {
            receiver.lines.count == 20 && life.pipeline.catalogue.generations.count == 1
        }
        return life
    }

    @Test func `what is there and what comes arrives once and in order`() async throws {
        let rig = try LogRig()
        let log = ContainerLog(rig)
        log.write(500, pieces: true)
        let receiver = LineReceiver()
        let life = try rig.start(receiver)
        await eventually("the first records") { receiver.lines.count == 500 }
        log.write(300, from: 500)
        let late = ContainerLog(rig, pod: "late-2")
        late.write(100)
        await eventually("all records") { receiver.lines.count == 900 }
        #expect(receiver.lines.filter { $0.contains("app record") }.count == 900)
        #expect(receiver.lines.filter { log.written.contains($0) } == log.written)
        #expect(life.addsUp)
        await life.stop()
    }

    @Test func `a rename in the kubelet's manner loses nothing`() async throws {
        let rig = try LogRig()
        let log = ContainerLog(rig)
        let receiver = LineReceiver()
        let life = try rig.start(receiver)
        for round in 0..<5 {
            log.write(100, from: round * 200, pieces: true)
            log.line("stdout", "P", "across \(round) ")
            log.rename("20261123-02224\(round)")
            log.write(50, from: round * 200 + 100)
            log.reopen()
            log.line("stdout", "F", "the files")
            log.expect("across \(round) the files")
            log.write(50, from: round * 200 + 150)
            if round == 1 { continue }
            // The kubelet compresses and deletes an older file long after its last line.
            await eventually("round \(round)") { receiver.lines.count >= log.written.count }
            if round > 2 { rig.run("rm \(log.path).20261123-02224\(round - 1)") }
        }
        expectSame(receiver.lines, log.written)
        #expect(life.addsUp)
        await life.stop()
    }

    /// The file is taken leave of while the sink is away, before anybody looked into the next one.
    @Test func `a line across files stays one though the sink was down`() async throws {
        let rig = try LogRig()
        let log = ContainerLog(rig)
        let other = ContainerLog(rig, pod: "other-1", uid: "o")
        let receiver = LineReceiver()
        let life = try rig.start(receiver)
        log.write(10)
        log.line("stdout", "P", "half ")
        await eventually("all but the half") {
            let read = life.pipeline.ledger.rows.reduce(0) { $0 + $1.total.read.bytes }
            return receiver.lines.count == 10 && read == log.size
        }
        receiver.behave { _, _ in .status(503) }
        let before = receiver.requests.count
        other.write(1)
        await eventually("a refused request") { receiver.requests.count > before }
        let old = life.pipeline.catalogue.generations.first { $0.path == log.path }?.number
        log.rename("20261123-022240")
        log.reopen()
        log.line("stdout", "F", "a line")
        log.expect("half a line")
        await eventually("the next file to be found, and the old one to be done with") {
            let generations = life.pipeline.catalogue.generations
            return !generations.contains { $0.number == old }
                && generations.contains { $0.path == log.path }
        }
        receiver.behave { _, _ in .accept }
        await eventually("all records") { receiver.lines.count >= 12 }
        expectSame(receiver.lines, log.written + other.written)
        #expect(life.addsUp)
        await life.stop()
    }

    @Test func `a file that was away and comes back ends no line of another`() async throws {
        let rig = try LogRig()
        let log = ContainerLog(rig)
        let receiver = LineReceiver()
        let life = try await self.deliverRotated(log, rig, receiver)
        rig.run("mv \(log.path).20261123-022240 aside")
        log.line("stdout", "P", "half ")
        await eventually("the half to be read") {
            life.pipeline.ledger.rows.first?.files.first?.account.pending.bytes ?? 0 > 0
        }
        let before = life.pipeline.catalogue.nextNumber()
        rig.run("mv aside \(log.path).20261123-022240")
        await eventually("it to be found again") {
            life.pipeline.catalogue.generations.contains { $0.number > before }
        }
        try await Task.sleep(for: .milliseconds(300))
        log.line("stdout", "F", "a line")
        log.expect("half a line")
        await eventually("all records") { receiver.lines.count >= 21 }
        #expect(receiver.lines == log.written)
        #expect(life.addsUp)
        await life.stop()
    }

    @Test func `files are let go of when they were read to their end`() async throws {
        let rig = try LogRig()
        let log = ContainerLog(rig)
        let receiver = LineReceiver()
        let life = try await self.deliverRotated(log, rig, receiver)
        log.close()
        rig.run("rm -r pods/*")
        await eventually("none") { life.pipeline.catalogue.generations.isEmpty }
        await eventually("an empty lane") {
            life.pipeline.ledger.rows.allSatisfy { $0.files.isEmpty }
        }
        #expect(life.addsUp)
        await life.stop()
        #expect(receiver.lines.count == 20)
    }

    @Test func `a deleted file is read to its end though the sink was down`() async throws {
        let rig = try LogRig()
        let log = ContainerLog(rig)
        let receiver = LineReceiver { _, _ in .status(503) }
        let life = try rig.start(receiver)
        log.write(1000, pieces: true)
        await eventually("a refused request") { !receiver.requests.isEmpty }
        log.write(500, from: 1000)
        log.close()
        rig.run("rm -r pods/*")
        try await Task.sleep(for: .milliseconds(300))
        receiver.behave { _, _ in .accept }
        await eventually("all records") { receiver.lines.count == 1500 }
        expectSame(receiver.lines, log.written)
        await life.stop()
    }

    @Test func `a pod that lives for a moment is not missed`() async throws {
        let rig = try LogRig()
        let receiver = LineReceiver()
        let life = try rig.start([("sink", receiver)]) { $0.rescanInterval = .seconds(60) }
        // A moment for people, long enough for a busy machine; only notices of changes can help.
        for number in 0..<8 {
            let log = ContainerLog(rig, pod: "job-\(number)", uid: "u\(number)")
            log.write(["from \(number)"])
            log.close()
            try await Task.sleep(for: .milliseconds(250))
            rig.run("rm -r pods/shop_job-\(number)_u\(number)")
        }
        await eventually("every pod's record") { receiver.lines.count == 8 }
        await life.stop()
    }

    @Test func `a truncated file is read from its new beginning`() async throws {
        let rig = try LogRig()
        let log = ContainerLog(rig)
        let receiver = LineReceiver()
        let life = try rig.start(receiver)
        log.write(200)
        await eventually("the first") { receiver.lines.count == 200 }
        unsafe truncate(log.path, 0)
        log.write(["after"])
        await eventually("the record after") { receiver.lines.contains("after") }
        #expect(receiver.lines.count == 201)
        #expect(life.addsUp)
        await life.stop()
    }

    @Test func `what was truncated before it was read is in the ledger as lost`() async throws {
        let rig = try LogRig()
        let log = ContainerLog(rig)
        let receiver = LineReceiver { _, _ in .status(503) }
        let life = try rig.start(receiver, maxRequestBytes: 4096)
        log.write(5000)
        let size = log.size
        await eventually("the file to be known") {
            life.pipeline.catalogue.generations.first?.size == Int64(size)
        }
        await eventually("a refused request") { receiver.requests.count > 1 }
        unsafe truncate(log.path, 0)
        log.write(["after"])
        await eventually("the truncation to be seen") {
            life.pipeline.catalogue.generations.first?.number ?? 0 > 1
        }
        receiver.behave { _, _ in .accept }
        await eventually("the record after") { receiver.lines.contains("after") }
        await eventually("the loss") {
            life.pipeline.ledger.rows.contains { ($0.total.lost[.rewritten]?.bytes ?? 0) > 0 }
        }
        let row = try #require(life.pipeline.ledger.rows.first)
        await eventually("every byte in the ledger") {
            life.pipeline.ledger.rows.first?.total.read.bytes == size + log.size
        }
        #expect(row.total.addsUp)
        await life.stop()
    }

    @Test func `an inode used again is another file`() async throws {
        let rig = try LogRig()
        let receiver = LineReceiver()
        let life = try rig.start(receiver)
        var expected: [String] = []
        for round in 0..<10 {
            let log = ContainerLog(rig, pod: "reuse", uid: "u\(round % 2)")
            log.write(["first of \(round)", "second of \(round)"])
            expected += log.written
            await eventually("round \(round)") { receiver.lines.count >= expected.count }
            log.close()
            rig.run("rm -r pods/shop_reuse_u\(round % 2)")
            if round % 3 == 0 { try await Task.sleep(for: .milliseconds(400)) }
        }
        expectSame(receiver.lines, expected)
        await life.stop()
    }

    @Test func `links to log files are followed to where they are rotated`() async throws {
        let rig = try LogRig()
        let log = ContainerLog(rig)
        let id = String(repeating: "0123456789abcdef", count: 4)
        rig.run("mkdir links && ln -s \(log.path) links/web-1_shop_app-\(id).log")
        let receiver = LineReceiver()
        let folder = rig.folder
        let life = try rig.start([("sink", receiver)]) { $0.path = "\(folder)/links" }
        log.write(100)
        log.rename("20261123-022240")
        log.write(10, from: 100)
        log.reopen()
        log.write(100, from: 110)
        await eventually("all records") { receiver.lines.count == 210 }
        expectSame(receiver.lines, log.written)
        let origin = try #require(life.pipeline.ledger.rows.first?.origin)
        #expect(origin.namespace == "shop" && origin.pod == "web-1" && origin.container == "app")
        #expect(origin.podUID == "uid-1" && origin.containerID == id)
        await life.stop()
    }

    @Test func `the rest of a line that never comes is not waited for`() async throws {
        let rig = try LogRig()
        let log = ContainerLog(rig)
        let receiver = LineReceiver()
        let life = try rig.start(receiver)
        log.write(["before"])
        log.line("stdout", "P", "the container died he")
        await eventually("what there is of it") { receiver.lines.contains("the container died he") }
        await life.stop()
    }

    @Test func `a restarted container does not go on with the last line of the one before`()
        async throws
    {
        let rig = try LogRig()
        let log = ContainerLog(rig)
        log.line("stdout", "P", "died ")
        rig.run("echo '2026-11-23T01:30:01Z stdout F born' > \(log.folder)/1.log")
        let receiver = LineReceiver()
        let life = try rig.start(receiver)
        await eventually("both") { receiver.lines.count == 2 }
        #expect(receiver.lines == ["died ", "born"])
        await life.stop()
    }
}
