import AgentTesting
import Glibc
import Pipeline
import Testing

@testable import LogSources

/// Changes that nobody tells of are found all the same, within stated times.
@Suite(.timeLimit(.minutes(2))) struct LogDiscoveryTests {
    /// What the kernel tells of a name is not told of another name of the same file: so a line comes
    /// as on a file system that tells nothing, and the watch says that all is well.
    @Test func `a line that the kernel does not tell of is found by looking`() async throws {
        let rig = try LogRig()
        let log = ContainerLog(rig)
        log.write(["before"])
        log.close()
        rig.run("mkdir elsewhere && ln \(log.path) elsewhere/same.log")
        let receiver = LineReceiver()
        let life = try rig.start([("sink", receiver)]) { $0.rescanInterval = .seconds(3600) }
        await eventually("the first") { receiver.lines == ["before"] }
        for round in 0..<2 {
            let start = ContinuousClock.now
            rig.append(
                "2026-11-23T01:30:00.\(100 + round)Z stdout F unheard \(round)",
                to: "elsewhere/same.log",
            )
            await eventually("line \(round)") { receiver.lines.last == "unheard \(round)" }
            // Open files are looked at every five seconds; the rest is the machine's.
            #expect(ContinuousClock.now - start < .seconds(10))
        }
        await life.stop()
    }

    @Test func `a folder without a watch is listed again and again`() async throws {
        let rig = try LogRig()
        let log = ContainerLog(rig)
        log.write(["before"])
        let catalogue = LogCatalogue()
        let driver = rig.blindDriver(rescanInterval: .seconds(3600))
        let task = Task { await driver.run(into: catalogue) }
        await eventually("the file") { catalogue.generations.count == 1 }
        let label = [MeterLabel("source", "blind")]
        let gauge = rig.meters.gauge("martlet_log_watching", "", label)
        await eventually("the count to say so") {
            rig.meters.gauge("martlet_log_open_files", "", label).value == 1
        }
        #expect(gauge.value == 0)
        let start = ContinuousClock.now
        let late = ContainerLog(rig, pod: "late", uid: "l")
        late.write(["late"])
        // The rescan is an hour away: without notices every folder is listed each five seconds.
        await eventually("the new pod") { catalogue.generations.count == 2 }
        #expect(ContinuousClock.now - start < .seconds(15))
        task.cancel()
        await task.value
    }

    @Test func `what was empty when it was seen, and is gone by now, comes before what is new`()
        async throws
    {
        let rig = try LogRig()
        let log = ContainerLog(rig)
        let catalogue = LogCatalogue()
        // Far more often than open files are looked at.
        let driver = rig.blindDriver(rescanInterval: .milliseconds(20))
        let task = Task { await driver.run(into: catalogue) }
        let label = [MeterLabel("source", "blind")]
        await eventually("the file to be open") {
            rig.meters.gauge("martlet_log_open_files", "", label).value == 1
        }
        rig.run(
            """
            line='2026-11-23T01:30:00Z stdout F'
            echo "$line 1" >> \(log.path) && rm \(log.path)
            echo "$line 22" > \(log.path).20261123-022240 && echo "$line 333" > \(log.path)
            """
        )
        await eventually("all files") { catalogue.generations.count == 3 }
        let sizes = catalogue.generations.sorted { $0.number < $1.number }.map(\.size)
        #expect(sizes == sizes.sorted())
        task.cancel()
        await task.value
    }
}
