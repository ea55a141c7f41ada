import Codecs
import Host
import Logging
import Pipeline
import Synchronization

/// The entries of one sequence of a journal, read by each sink through a handle of its own.
final class JournalContent: LogContent {
    /// The sequence's files as they were looked at last.
    struct Snapshot: Sendable {
        /// Files with entries.
        fileprivate(set) var files: [JournalFile] = []
        /// Changes with the names or the number of files.
        fileprivate(set) var version = 0
        /// The lowest number that was there at first.
        fileprivate(set) var firstHead: Int64 = 0
        /// The highest number that was given; every entry below it is whole, and in these files,
        /// unless it was thrown away.
        fileprivate(set) var tail: Int64 = 0

        /// The lowest number that is there.
        var head: Int64 { self.files.map(\.header.head).min() ?? self.tail + 1 }
    }

    /// What entries take before any was read.
    private static let guessedEntryBytes: Int64 = 1000

    let sequenceID: String
    let options: JournalOptions
    let clock: any AgentClock
    private let logger: Logger
    private let errors: Counter
    private let heldUp: Counter
    private let state = Mutex(Snapshot())
    private let reported = Mutex<Set<String>>([])
    private let entries = Atomic<Int64>(0)
    private let bytes = Atomic<Int64>(0)

    init(
        _ sequenceID: String,
        _ options: JournalOptions,
        _ context: ComponentContext,
        errors: Counter,
    ) {
        self.sequenceID = sequenceID
        self.options = options
        self.clock = context.clock
        self.logger = context.logger
        self.errors = errors
        self.heldUp = context.meters.counter(
            "martlet_log_journal_held_up_total",
            "Reads of the journal that entries_per_second has put off.",
            [MeterLabel("source", context.componentName)],
        )
    }

    /// The files as they were looked at last.
    var snapshot: Snapshot { self.state.withLock { $0 } }

    /// Whether only some entries are wanted.
    ///
    /// Then the last entry of all is passed when another one follows: it is linked to its fields one
    /// after the other, so that a search may not find it yet.
    var isSelecting: Bool { !self.options.selection.isEmpty }

    /// Where a sink is that has read everything.
    var size: Int64 {
        let tail = self.snapshot.tail
        return self.isSelecting ? tail : tail + 1
    }

    /// Takes what the files are like now; returns whether anything has changed.
    func update(_ files: [JournalFile]) -> Bool {
        self.state.withLock { state in
            if state.files == files { return false }
            if state.files.map(\.file) != files.map(\.file) { state.version += 1 }
            state.files = files
            state.tail = max(state.tail, files.map(\.header.tail).max() ?? 0)
            if state.firstHead == 0 { state.firstHead = state.head }
            return true
        }
    }

    /// Opens a file for a reader; nil when it is not as it was, so that it has to look again.
    func open(_ file: JournalFile) throws(HostError) -> JournalHandle? {
        let reading = JournalHandle.Reading(
            sequenceID: self.sequenceID,
            selection: self.options.selection,
            threshold: max(self.options.maxLineBytes, JournalEntryDecoder.fieldLimit) + 64,
        )
        return try JournalHandle(file.file, reading)
    }

    /// The number of the entry of a moment after a start of the machine, if the file has it.
    func number(in file: JournalFile, bootID: String, monotonic: UInt64) -> Int64? {
        do throws(HostError) {
            let reading = JournalHandle.Reading(
                sequenceID: self.sequenceID,
                selection: JournalSelection(),
                threshold: JournalEntryDecoder.fieldLimit,
            )
            let handle = try JournalHandle(file.file, reading)
            return try handle?.number(bootID: bootID, monotonic: monotonic)
        } catch {
            self.report(file, error)
            return nil
        }
    }

    /// Tells that a file can't be read on, once for all sinks.
    func report(_ file: JournalFile, _ error: HostError) {
        if !self.reported.withLock({ $0.insert(file.header.fileID).inserted }) { return }
        self.errors.add()
        self.logger.error(
            "a file of the journal is damaged; the others are read on",
            metadata: ["file": "\(file.path)", "error": "\(error)"],
        )
    }

    /// A sink has to wait before it reads on.
    func noteHeldUp() { self.heldUp.add() }

    /// A sink has read entries.
    func note(entries: Int, bytes: Int) {
        self.entries.add(Int64(entries), ordering: .relaxed)
        self.bytes.add(Int64(bytes), ordering: .relaxed)
    }

    func makeReader(at bookmark: LogBookmark) -> any LogReader {
        JournalReader(self, at: bookmark)
    }

    func holds(_ bookmark: LogBookmark) -> Bool { false }

    /// Offsets count entries, whose bytes are estimated by the mean of those that were read.
    func extent(of offsets: Range<Int64>) -> LogAccount.Count {
        let entries = self.entries.load(ordering: .relaxed)
        let bytes = self.bytes.load(ordering: .relaxed)
        let mean = entries > 0 ? bytes / entries : Self.guessedEntryBytes
        let (product, isOver) = mean.multipliedReportingOverflow(by: Int64(offsets.count))
        return .init(bytes: Int(isOver ? .max : product), records: offsets.count)
    }
}
