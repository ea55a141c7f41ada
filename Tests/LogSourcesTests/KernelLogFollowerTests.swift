import AgentTesting
import Codecs
import Config
import Glibc
import Host
import Logging
import Pipeline
import Synchronization
import Testing

@testable import LogSources

@Suite struct KernelLogFollowerTests {
    /// A follower at work, over a folder that stands for the host.
    private final class Life: Sendable {
        let catalogue = LogCatalogue()
        let mailbox = LogMailbox(name: "sink")
        private let stop: StopPipe
        private let isStopped = Atomic<Bool>(false)
        private let isDone = Atomic<Bool>(false)

        init(
            _ rig: LogRig,
            _ log: ScriptedKernelLog,
            from start: LogFileOptions.ReadFrom = .checkpoint,
            bootID: String = "one",
        ) throws {
            rig.makeFolder("proc/sys/kernel/random")
            rig.run("echo \(bootID) > proc/sys/kernel/random/boot_id")
            self.stop = try StopPipe()
            self.catalogue.attach(self.mailbox)
            var context = rig.context()
            context.roots = HostRoots(procfs: "\(rig.folder)/proc")
            let content = KernelLogContent(
                decoder: KernelRecordDecoder(),
                clock: context.clock,
            ) { log.open() }
            let built = context
            try AgentThread.start("follower") { [self] in
                var follower = KernelLogFollower(content, self.catalogue, built, from: start)
                follower.run(until: self.stop) { self.isStopped.load(ordering: .acquiring) }
                self.isDone.store(true, ordering: .releasing)
            }
        }

        func end() async {
            self.isStopped.store(true, ordering: .releasing)
            self.stop.signal()
            await eventually("the follower ends") { self.isDone.load(ordering: .acquiring) }
        }

        var generation: LogGeneration? { self.catalogue.generations.first }
    }

    @Test func `the log is one generation that grows`() async throws {
        let rig = try LogRig()
        let log = ScriptedKernelLog()
        log.say(4, "a")
        log.say(5, "b")
        let life = try Life(rig, log)
        await eventually("the log is found") { life.generation?.size == 6 }
        #expect(life.generation?.start == .beginning)
        log.say(6, "c")
        await eventually("it grows") { life.generation?.size == 7 }
        #expect(life.catalogue.generations.count == 1)
        await life.end()
    }

    @Test func `another start of the machine is another log`() async throws {
        var identities: Set<LogIdentity> = []
        for bootID in ["one", "two", "one"] {
            let rig = try LogRig()
            let life = try Life(rig, ScriptedKernelLog(), bootID: bootID)
            await eventually("the log is found") { life.generation != nil }
            identities.insert(try #require(life.generation).identity)
            await life.end()
        }
        #expect(identities.count == 2)
    }

    @Test func `where to start is where users say`() async throws {
        for (option, start) in [
            (LogFileOptions.ReadFrom.beginning, LogGeneration.Start.beginningAgain),
            (.end, .offset(10)),
        ] {
            let rig = try LogRig()
            let log = ScriptedKernelLog()
            log.say(9, "the newest")
            let life = try Life(rig, log, from: option)
            await eventually("the log is found") { life.generation != nil }
            #expect(life.generation?.start == start)
            await life.end()
        }
    }

    @Test func `records that were overwritten do not stop it`() async throws {
        let rig = try LogRig()
        let log = ScriptedKernelLog()
        log.add(.skipped)
        log.add(.record("nonsense"))
        log.say(100, "after them")
        let life = try Life(rig, log)
        await eventually("the log is read") { life.generation?.size == 101 }
        await life.end()
    }

    @Test func `a log that can't be read is told of once`() async throws {
        let rig = try LogRig()
        let log = ScriptedKernelLog()
        log.add(.failure(EPERM))
        let life = try Life(rig, log)
        await eventually("the error is told") {
            rig.told("the kernel's log can't be read") == 1
        }
        #expect(rig.told("CAP_SYSLOG") == 1)
        #expect(life.generation == nil)
        await life.end()
    }
}

@Suite struct KernelLogOptionsTests {
    private func read(_ text: String) throws -> (KernelLogSource.Options?, String) {
        let document = try ConfigDocument.parse(text)
        let (options, report) = ConfigLoader.read(from: document) { node throws(ConfigError) in
            try KernelLogSource.Options(from: &node)
        }
        return (options, "\(report)")
    }

    @Test func `everything has a default`() throws {
        let options = try #require(try self.read("{}").0)
        #expect(options.path == nil)
        #expect(options.priority == .debug)
        #expect(options.readFrom == .checkpoint)
    }

    @Test func `what users say counts`() throws {
        let options = try #require(
            try self.read("{path: /x, priority: crit, read_from: end}").0
        )
        #expect(options.path == "/x")
        #expect(options.priority.number == 2)
        #expect(options.readFrom == .end)
    }

    @Test(arguments: ["{priority: 3}", "{read_from: middle}", "{units: [a]}"])
    func `what makes no sense is refused`(text: String) throws {
        let (_, report) = try self.read(text)
        #expect(report.contains("expected") || report.contains("unknown"), "\(report)")
    }
}
