import Codecs
import Glibc
import Host
import Logging
import Pipeline
import Synchronization

/// The entries of one sequence of a journal, read by each sink through a handle of its own.
final class JournalContent: LogContent {
    /// The sequence's files as they were looked at last.
    struct Snapshot: Sendable {
        /// Files with entries.
        var files: [JournalFile] = []
        /// Changes with the names or the number of files.
        var version = 0

        /// Files that can't be opened, by their inodes.
        var unreadable: Set<UInt64> = []

        /// The lowest number that is there.
        var head: Int64 { self.files.map(\.header.head).min() ?? 0 }

        /// The highest number that was given; every entry below it is whole, and in these files.
        var tail: Int64 { self.files.map(\.header.tail).max() ?? 0 }
    }

    /// What entries take before any was read.
    private static let guessedEntryBytes: Int64 = 1000

    let sequenceID: String
    let options: JournalOptions
    let clock: any AgentClock
    private let logger: Logger
    private let errors: Counter
    private let state = Mutex(Snapshot())
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
            let readable = files.filter { !state.unreadable.contains($0.file.inode) }
            if state.files == readable { return false }
            if state.files.map(\.file) != readable.map(\.file) { state.version += 1 }
            state.files = readable
            return true
        }
    }

    /// Opens files for a reader; nil when they are not as they were, so that it has to look again.
    func open(_ files: [JournalHandle.File]) throws(HostError) -> JournalHandle? {
        do throws(HostError) {
            return try self.makeHandle(files)
        } catch {
            // One file that is damaged beyond use does not keep the others from being read.
            if error.code?.rawValue == EMFILE || error.code?.rawValue == ENFILE { throw error }
            for file in files { self.leaveOutIfUnreadable(file) }
            return nil
        }
    }

    private func makeHandle(_ files: [JournalHandle.File]) throws(HostError) -> JournalHandle? {
        try JournalHandle(
            files,
            selecting: self.options.selection,
            threshold: max(self.options.maxLineBytes, JournalEntryDecoder.fieldLimit) + 64,
        )
    }

    private func leaveOutIfUnreadable(_ file: JournalHandle.File) {
        do throws(HostError) {
            _ = try self.makeHandle([file])
        } catch {
            let isNew = self.state.withLock { state in
                state.files.removeAll { $0.file == file }
                state.version += 1
                return state.unreadable.insert(file.inode).inserted
            }
            if !isNew { return }
            self.errors.add()
            self.logger.error(
                "a file of the journal can't be read; the others are",
                metadata: ["file": "\(file.path)", "error": "\(error)"],
            )
        }
    }

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
