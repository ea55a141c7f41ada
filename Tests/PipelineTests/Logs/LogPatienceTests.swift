import AgentTesting
import Bytes
import Codecs
import Logging
import Pipeline
import Synchronization
import Telemetry
import Testing

/// Lines whose rest the source has not told of when their time is over.
@Suite(.timeLimit(.minutes(1))) struct LogPatienceTests {
    /// Between the last look into a file and the end of a line's time its source may have told of the
    /// next file: that it has caught up says nothing as long as the sink has not heard.
    @Test func `a line goes on in a file that was told of while its own was looked at`()
        async throws
    {
        let rig = try PatienceRig()
        let first = rig.add("2026-11-30T00:00:00Z stdout P half \n")
        let clock = rig.clock
        let run = Task { await rig.pump.run() }
        await eventually { first.reads.load(ordering: .relaxed) > 0 }
        // Whoever looks into the first file once the line's time is over has the second one come.
        first.onRead.withLock {
            $0 = {
                if clock.monotonicNanoseconds < PatienceRig.start + 5_000_000_000 { return }
                rig.addRest()
            }
        }
        for _ in 0..<8 { await clock.advance(by: .seconds(1)) }
        rig.addRest()
        for _ in 0..<8 where rig.receiver.lines.isEmpty { await clock.advance(by: .seconds(1)) }
        #expect(rig.receiver.lines == ["half a line"])
        rig.pump.stop()
        await run.value
    }

    @Test func `the rest of a line that never comes is not waited for`() async throws {
        let rig = try PatienceRig()
        let first = rig.add("2026-11-30T00:00:00Z stdout P half \n")
        let run = Task { await rig.pump.run() }
        await eventually { first.reads.load(ordering: .relaxed) > 0 }
        for _ in 0..<8 { await rig.clock.advance(by: .seconds(1)) }
        #expect(rig.receiver.lines.isEmpty, "its source may be behind")
        rig.following.note(upTo: rig.clock.monotonicNanoseconds)
        for _ in 0..<4 where rig.receiver.lines.isEmpty {
            await rig.clock.advance(by: .seconds(1))
        }
        #expect(rig.receiver.lines == ["half "])
        rig.pump.stop()
        await run.value
    }

    private func eventually(_ condition: @Sendable () -> Bool) async {
        #expect(await ManualClock.eventually(condition))
    }
}

/// A pump over texts instead of files, whose source is the test.
private final class PatienceRig: Sendable {
    static let start: Int64 = 1_000_000_000

    let clock = ManualClock()
    let receiver = LineReceiver()
    let following = LogFollowing()
    let pump: LogPump
    private let catalogue = LogCatalogue()
    private let isRestAdded = Atomic<Bool>(false)

    init() throws {
        let context = ComponentContext(
            nodeName: "node-1",
            stateDirectory: "/nonexistent",
            clock: self.clock,
            meters: Meters(),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
        )
        let sink = LineSink()
        self.pump = LogPump(
            LogPump.Settings(name: "sink"),
            sink: sink,
            transport: HTTPLogTransport(
                [HTTPRequest(.post, "http://receiver/")],
                for: sink,
                over: self.receiver,
                clock: self.clock,
            ),
            catalogue: self.catalogue,
            ledger: LogLedger(clock: self.clock),
            context: context,
            executor: try ThreadExecutor("sink"),
        )
    }

    @discardableResult
    func add(_ text: String) -> TextContent {
        let number = self.catalogue.nextNumber()
        let content = TextContent(number, text)
        self.catalogue.add(
            LogGeneration(
                number: number,
                identity: LogIdentity(inode: UInt64(number), fingerprint: 1),
                origin: LogOrigin(path: "/logs/\(number).log", container: "app"),
                lane: "shop/web/app",
                contentKey: UInt64(number),
                start: .beginning,
                content: content,
                size: Int64(text.utf8.count),
                following: self.following,
            )
        )
        return content
    }

    /// The rest of the line, in a file of its own, and the word that this was all; once.
    func addRest() {
        if self.isRestAdded.exchange(true, ordering: .relaxed) { return }
        self.add("2026-11-30T00:00:01Z stdout F a line\n")
        self.following.note(upTo: self.clock.monotonicNanoseconds)
    }
}

/// A file that holds one text.
private final class TextContent: LogContent {
    let reads = Atomic<Int>(0)
    let onRead = Mutex<@Sendable () -> Void>({})
    fileprivate let number: Int
    fileprivate let text: String

    init(_ number: Int, _ text: String) {
        self.number = number
        self.text = text
    }

    func makeReader(at bookmark: LogBookmark) -> any LogReader { TextReader(self) }

    func holds(_ bookmark: LogBookmark) -> Bool { false }
}

private final class TextReader: LogReader {
    private(set) var offset: Int64 = 0
    private let content: TextContent

    init(_ content: TextContent) { self.content = content }

    func read(
        into batch: inout LogBatch,
        with assembly: inout LineAssembly,
        limit: Int,
        isFinal: Bool,
    ) throws(LogReadError) -> LogRead {
        batch.input.append(String(self.content.text.dropFirst(Int(self.offset))))
        let chunk = LineDecoder.Chunk(file: self.content.number, offset: self.offset)
        let lines = batch.fill { input, table in
            LineDecoder(format: .cri).decode(input, chunk, with: &assembly, into: &table)
        }
        self.offset += Int64(lines.consumed)
        self.content.reads.add(1, ordering: .relaxed)
        self.content.onRead.withLock { $0 }()
        return LogRead(lines: lines, end: self.offset, marker: 0)
    }
}
