import AgentTesting
import Bytes
import Config
import Patterns
import Pipeline
import Synchronization
import Telemetry
import Testing

@testable import LogSources

/// Somebody looks on while log files are read and delivered.
@Suite(.timeLimit(.minutes(2)))
struct LogTapTests {
    /// What a tap has sent so far; may refuse to take more for a while.
    private final class Watcher: Sendable {
        let text = Mutex("")
        let isTaking = Mutex(true)
        let isGone = Mutex(false)

        var lines: [String] {
            self.text.withLock { $0.split(separator: "\n").map(String.init) }
        }

        /// The bodies of what is written as text.
        var bodies: [String] {
            self.lines.map { line in
                line.split(separator: " ", maxSplits: 3).last.map(String.init) ?? ""
            }
        }

        func watch(_ tap: LogTap) -> Task<Void, Never> {
            Task {
                await tap.send { piece in
                    while !self.isTaking.withLock({ $0 }) {
                        try? await Task.sleep(for: .milliseconds(5))
                    }
                    if self.isGone.withLock({ $0 }) { return false }
                    let more = piece.bytes.text
                    self.text.withLock { $0 += more }
                    return true
                }
            }
        }
    }

    private static var asText: LogTapOptions {
        var options = LogTapOptions()
        options.format = .text
        return options
    }

    private func line(_ body: String, _ stream: String = "stdout") -> String {
        "2023-11-14T22:13:20.5Z \(stream) F \(body)"
    }

    @Test func whoLooksOnSeesWhatIsDeliveredFromThenOn() async throws {
        let rig = try LogRig()
        let receiver = LineReceiver()
        rig.makeFolder("pods/shop_web-1_uid/app")
        let file = "pods/shop_web-1_uid/app/0.log"
        rig.append(self.line("before"), to: file)
        let life = try rig.start(receiver)
        await eventually("the first record") { receiver.lines == ["before"] }

        let watcher = Watcher()
        let watching = watcher.watch(try life.pipeline.tap(Self.asText))
        // A file that comes later is seen from its beginning.
        rig.makeFolder("pods/shop_web-2_uid/app")
        rig.append(self.line("new"), to: "pods/shop_web-2_uid/app/0.log")
        await eventually("the new file") { watcher.bodies.contains("new") }
        for number in 0..<500 { rig.append(self.line("record-\(number)"), to: file) }
        await eventually("all records") { watcher.lines.count == 501 }
        await eventually("all records at the sink") { receiver.lines.count == 502 }
        #expect(
            watcher.lines.contains(
                "2023-11-14T22:13:20.500000000Z shop/web-1/app stdout record-0"
            )
        )
        expectSame(watcher.bodies + ["before"], receiver.lines)
        await life.stop()
        // It ends with the collection.
        await watching.value
        #expect(life.addsUp)
    }

    @Test func itSeesWhatItAskedFor() async throws {
        let rig = try LogRig()
        for pod in ["web-1", "db-1"] { rig.makeFolder("pods/shop_\(pod)_uid/app") }
        let life = try rig.start(LineReceiver())
        var options = Self.asText
        options.pods = NameList(["web-*"])
        options.streams = .stderr
        options.pattern = try Pattern("err(or)?")
        options.limit = 2
        let watcher = Watcher()
        let watching = watcher.watch(try life.pipeline.tap(options))
        for pod in ["web-1", "db-1"] {
            let file = "pods/shop_\(pod)_uid/app/0.log"
            rig.append(self.line("error-a"), to: file)
            rig.append(self.line("fine", "stderr"), to: file)
            rig.append(self.line("error-b", "stderr"), to: file)
            rig.append(self.line("error-c", "stderr"), to: file)
            rig.append(self.line("error-d", "stderr"), to: file)
        }
        // The limit ends it.
        await watching.value
        #expect(watcher.bodies == ["error-b", "error-c"])
        #expect(watcher.lines.allSatisfy { $0.contains(" shop/web-1/app stderr ") })
        await life.stop()
    }

    @Test func whoIsSlowMissesRecordsAndHoldsNobodyUp() async throws {
        let rig = try LogRig()
        let receiver = LineReceiver()
        rig.makeFolder("pods/shop_web-1_uid/app")
        let file = "pods/shop_web-1_uid/app/0.log"
        rig.append(self.line("first"), to: file)
        let life = try rig.start(receiver)
        let watcher = Watcher()
        watcher.isTaking.withLock { $0 = false }
        let watching = watcher.watch(try life.pipeline.tap(LogTapOptions()))
        let body = String(repeating: "x", count: 1000)
        let missed = { rig.counter("martlet_log_tap_missed_records_total", []) }
        var written = 0
        while missed() == 0, written < 100_000 {
            for _ in 0..<500 {
                rig.append(self.line("\(written) \(body)"), to: file)
                written += 1
            }
        }
        await eventually("the sink to have all") { receiver.lines.count == written + 1 }
        await eventually("records to be missed") { missed() > 0 }
        watcher.isTaking.withLock { $0 = true }
        // What was held goes first: the last record could be missed as well, and nobody told of it.
        await eventually("what was held") { !watcher.lines.isEmpty }
        try await Task.sleep(for: .milliseconds(200))
        rig.append(self.line("last"), to: file)
        await eventually("the last record") { watcher.lines.last?.contains("\"last\"") ?? false }
        let told = watcher.lines.compactMap { line -> Int? in
            guard line.hasPrefix("{\"missed\":") else { return nil }
            return Int(line.dropFirst(10).dropLast())
        }
        #expect(told.reduce(0, +) == missed())
        let seen = watcher.lines.count - told.count
        // It looks on from where its thread finds the file's end, whenever that is.
        let begun = try #require(watcher.lines.first { $0.contains(" xxx") })
        let number = begun.split(separator: " ")[0].split(separator: "\"").last.flatMap { Int($0) }
        let before = watcher.lines.prefix { $0 != begun }.count
        #expect(seen + missed() == before + written - (try #require(number)) + 1)
        await life.stop()
        await watching.value
    }

    @Test func fewMayLookOnAtATime() async throws {
        let rig = try LogRig()
        rig.makeFolder("pods/shop_web-1_uid/app")
        let file = "pods/shop_web-1_uid/app/0.log"
        let life = try rig.start(LineReceiver())
        let watchers = (0..<LogPipeline.tapLimit).map { _ in Watcher() }
        let tasks = try watchers.map { $0.watch(try life.pipeline.tap(Self.asText)) }
        #expect(throws: LogTapRefusal.tooMany) { try life.pipeline.tap(Self.asText) }
        // One goes, which shows with the next record; its place is free then.
        watchers[0].isGone.withLock { $0 = true }
        rig.append(self.line("a"), to: file)
        await tasks[0].value
        let another = Watcher()
        let watching = another.watch(try life.pipeline.tap(Self.asText))
        // It looks on from where its thread finds the file's end, whenever that is.
        await eventually("the new one sees on") {
            rig.append(self.line("b"), to: file)
            return another.bodies.contains("b")
        }
        await life.stop()
        await watching.value
        for task in tasks { await task.value }
        #expect(throws: LogTapRefusal.stopping) { try life.pipeline.tap(Self.asText) }
    }

    @Test func sourcesDoNotWaitForIt() async throws {
        let rig = try LogRig()
        let receiver = LineReceiver()
        rig.makeFolder("pods/shop_web-1_uid/app")
        let life = try rig.start(receiver)
        let watcher = Watcher()
        watcher.isTaking.withLock { $0 = false }
        let watching = watcher.watch(try life.pipeline.tap(Self.asText))
        rig.append(self.line("a"), to: "pods/shop_web-1_uid/app/0.log")
        await eventually("delivery") { receiver.lines == ["a"] }
        rig.run("rm -r pods/shop_web-1_uid")
        await eventually("the file to be let go of") {
            life.pipeline.catalogue.generations.isEmpty
        }
        watcher.isTaking.withLock { $0 = true }
        await life.stop()
        await watching.value
        #expect(watcher.bodies == ["a"])
    }
}
