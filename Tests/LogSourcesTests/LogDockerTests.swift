import AgentTesting
import Pipeline
import Telemetry
import Testing

@testable import LogSources

/// A node with Docker: links in the kubelet's folders lead to files that Docker writes and rotates.
@Suite(.timeLimit(.minutes(2))) struct LogDockerTests {
    private let id = String(repeating: "0123456789abcdef", count: 4)

    /// What Docker and the kubelet make for a container.
    private func prepare(_ rig: LogRig) -> String {
        let file = "docker/\(self.id)/\(self.id)-json.log"
        rig.makeFolder("docker/\(self.id)")
        rig.makeFolder("pods/shop_web-1_uid-1/app")
        rig.run("ln -s \(rig.folder)/\(file) pods/shop_web-1_uid-1/app/0.log && touch \(file)")
        return file
    }

    private func write(_ rig: LogRig, _ file: String, _ range: Range<Int>, end: String = "\\n") {
        for number in range {
            let log = #""log":"record \#(number)\#(end)""#
            let time = "2026-11-23T01:30:00.\(100_000 + number)Z"
            rig.append(#"{\#(log),"stream":"stdout","time":"\#(time)"}"#, to: file)
        }
    }

    @Test func `Docker's files are followed through links and rotations`() async throws {
        let rig = try LogRig()
        let file = self.prepare(rig)
        self.write(rig, file, 0..<100)
        let receiver = LineReceiver()
        var life = try rig.start(receiver)
        await eventually("the first records") { receiver.lines.count == 100 }
        self.write(rig, file, 100..<200)
        rig.run("mv \(file) \(file).1 && touch \(file)")
        self.write(rig, file, 200..<300)
        await eventually("the records after the rotation") { receiver.lines.count == 300 }
        await life.stop()
        self.write(rig, file, 300..<310)
        rig.run("mv \(file).1 \(file).2 && mv \(file) \(file).1")
        self.write(rig, file, 310..<320)
        life = try rig.start(receiver)
        await eventually("the next life's records") { receiver.lines.count >= 320 }
        expectSame(receiver.lines, (0..<320).map { "record \($0)" })
        let origin = try #require(life.pipeline.ledger.rows.first?.origin)
        #expect(origin.namespace == "shop" && origin.pod == "web-1" && origin.container == "app")
        #expect(life.addsUp)
        await life.stop()
        #expect(rig.counter("martlet_log_malformed_lines_total", [.init("sink", "sink")]) == 0)
    }

    @Test func `a text in pieces is one record, and what is no JSON is delivered as it is`()
        async throws
    {
        let rig = try LogRig()
        let file = self.prepare(rig)
        self.write(rig, file, 7..<8, end: " and ")
        self.write(rig, file, 8..<9)
        let torn = ["{\"log\":\"torn", "2026-11-23T01:30:00Z stdout F x"]
        for line in torn { rig.append(line, to: file) }
        self.write(rig, file, 9..<10)
        let receiver = LineReceiver()
        let life = try rig.start(receiver)
        await eventually("all records") { receiver.lines.count == 4 }
        #expect(receiver.lines == ["record 7 and record 8"] + torn + ["record 9"])
        #expect(rig.counter("martlet_log_malformed_lines_total", [.init("sink", "sink")]) == 2)
        await life.stop()
    }

    @Test func `a link that leads to another file is followed there`() async throws {
        let rig = try LogRig()
        let file = self.prepare(rig)
        self.write(rig, file, 0..<10)
        let receiver = LineReceiver()
        let life = try rig.start(receiver)
        await eventually("the first records") { receiver.lines.count == 10 }
        rig.makeFolder("docker/other")
        self.write(rig, "docker/other/other-json.log", 10..<20)
        rig.run(
            "cd pods/shop_web-1_uid-1/app && ln -s \(rig.folder)/docker/other/other-json.log new "
                + "&& mv -T new 0.log"
        )
        await eventually("the other file's records") { receiver.lines.count == 20 }
        #expect(receiver.lines == (0..<20).map { "record \($0)" })
        await life.stop()
    }
}
