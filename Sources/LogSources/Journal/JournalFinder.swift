import Glibc
import Host
import Logging
import Pipeline
import Telemetry

/// Finds the files of a journal, follows them, and tells the catalogue.
///
/// Lives on one thread, which it blocks while there is nothing to do. Only the files' headers are
/// read here, which say what is in them; sinks read the entries.
final class JournalFinder {
    /// A sequence of entries and what sinks know of it.
    struct Sequence {
        let content: JournalContent
        let identity: LogIdentity
        /// Where sinks start that know nothing of it; nil for its beginning.
        var start: Int64?
        /// Since when all of its files are gone.
        var goneAt: Int64?
        /// What sinks read; nil once all of them have read it to its end and nothing more comes.
        var generation: LogGeneration?
    }

    /// Changes are taken together if they come within so long.
    private static let pauseNanoseconds: Int64 = 20_000_000
    /// How often it is looked for changes when they are heard of, and when they are not.
    private static let watchedPoll: Int64 = 5_000_000_000
    private static let blindPoll: Int64 = 500_000_000
    /// How long a sequence is remembered whose files are gone.
    private static let absence: Int64 = 60_000_000_000
    /// How often sinks read on that may read only so many entries in a second.
    private static let pacedPoll: Int64 = 100_000_000

    let options: JournalOptions
    let catalogue: LogCatalogue
    let context: ComponentContext
    let meters: LogFileMeters
    private let watcher = FolderWatcher()
    private var scan: JournalScan
    private var succession = JournalSuccession()
    private var sequences: [String: Sequence] = [:]
    private var complaints: Set<String> = []
    private var isFirstScan = true

    init(_ options: JournalOptions, _ catalogue: LogCatalogue, _ context: ComponentContext) {
        self.options = options
        self.catalogue = catalogue
        self.context = context
        self.meters = LogFileMeters(source: context.componentName, in: context.meters)
        self.scan = JournalScan(options.paths)
    }

    /// Works until `stop` is signalled.
    func run(until stop: StopPipe, isStopped: () -> Bool) {
        let clock = self.context.clock
        var isChanged = true
        var nextPoll = clock.monotonicNanoseconds
        var nextLook = nextPoll
        while !isStopped() {
            var now = clock.monotonicNanoseconds
            if isChanged, now < nextLook {
                // Lets what comes in a burst come together.
                usleep(UInt32((nextLook - now) / 1_000))
                now = clock.monotonicNanoseconds
            }
            if isChanged || now >= nextPoll {
                _ = self.takeChanges()
                self.look()
                nextLook = now + Self.pauseNanoseconds
                nextPoll = now + (self.watcher.isComplete ? Self.watchedPoll : Self.blindPoll)
            }
            self.wakePaced()
            let poll = self.options.entriesPerSecond == nil ? Int64.max : now + Self.pacedPoll
            let wait = max(0, min(nextPoll, poll) - now) / 1_000_000 + 1
            self.watcher.wait(milliseconds: Int32(min(wait, 60_000)), stop: stop.readEnd)
            isChanged = self.takeChanges()
        }
    }

    /// Whether something has changed of late.
    private func takeChanges() -> Bool {
        let changes = self.watcher.take()
        for watch in changes.gone { self.scan.forget(watch: watch) }
        return changes.isIncomplete || !changes.gone.isEmpty || !changes.folders.isEmpty
            || !changes.files.isEmpty
    }

    /// Sees what is there and tells sinks of what is new.
    private func look() {
        guard let files = self.scan.run(by: self.watcher, { self.complain($0, $1) }) else { return }
        if self.scan.isAbsent { self.noteAbsent() }
        let found = Dictionary(grouping: files.filter { $0.header.entries > 0 }) {
            $0.header.sequenceID
        }
        let order = found.sorted { Self.age(of: $0.value) < Self.age(of: $1.value) }
        let now = self.context.clock.monotonicNanoseconds
        self.succession.forget(at: now)
        for (id, files) in order { self.follow(id, files, at: now) }
        for (id, sequence) in self.sequences where found[id] == nil {
            self.leave(id, sequence, at: now)
        }
        self.isFirstScan = false
        self.meters.open.set(Double(files.count))
        self.meters.watches.set(Double(self.scan.watches))
        self.meters.isWatching.set(self.watcher.isComplete ? 1 : 0)
    }

    private static func age(of files: [JournalFile]) -> Int64 {
        files.map(\.header.headMicroseconds).min() ?? 0
    }

    private func follow(_ id: String, _ files: [JournalFile], at now: Int64) {
        guard var sequence = self.sequences[id] ?? self.begin(id, files, at: now) else { return }
        let hasChanged = sequence.content.update(files)
        if let generation = sequence.generation {
            let hasGrown = generation.note(size: sequence.content.size)
            if sequence.goneAt != nil { generation.note(phase: .live) }
            sequence.goneAt = nil
            if hasChanged || hasGrown { self.catalogue.grew(generation) }
            let isOver = !files.contains { $0.isLive }
            if isOver, !hasChanged, generation.isDrained(by: self.catalogue.sinks) {
                self.catalogue.finish(generation)
                sequence.generation = nil
            }
        } else if hasChanged {
            let generation = self.makeGeneration(of: sequence)
            sequence.generation = generation
            self.catalogue.add(generation)
        }
        self.sequences[id] = sequence
        self.succession.note(id, files, at: now)
    }

    /// A sequence that has just been found; nil while it is too early to read it.
    private func begin(_ id: String, _ files: [JournalFile], at now: Int64) -> Sequence? {
        let content = JournalContent(id, self.options, self.context, errors: self.meters.errors)
        var sequence = Sequence(content: content, identity: self.identity(of: id))
        if !self.isFirstScan {
            let beginning = self.succession.beginning(of: id, files, at: now) {
                content.number(in: $0, bootID: $1, monotonic: $2)
            }
            switch beginning {
            case .first: break
            case .behind(let number): sequence.start = number + 1
            case .later: return nil
            }
        }
        self.meters.found.add()
        return sequence
    }

    /// Every file of a sequence is gone.
    ///
    /// What sinks have open still they read to its end; the rest is expired. For a while it may go on
    /// under the same id, as it does when somebody deletes what journald has open; what was written
    /// in between and is gone, too, is known by its numbers then.
    private func leave(_ id: String, _ sequence: Sequence, at now: Int64) {
        if let generation = sequence.generation {
            guard let goneAt = sequence.goneAt else {
                self.sequences[id]?.goneAt = now
                _ = sequence.content.update([])
                generation.note(phase: .deleted)
                self.catalogue.grew(generation)
                return
            }
            if now - goneAt < Self.absence { return }
            if !generation.isDrained(by: self.catalogue.sinks) { return }
            self.catalogue.finish(generation)
        }
        self.sequences[id] = nil
        self.catalogue.forget(sequence.identity)
    }

    private func makeGeneration(of sequence: Sequence) -> LogGeneration {
        let name = self.context.componentName
        let origin = LogOrigin(path: name.isEmpty ? "journal" : "journal/\(name)")
        var start = sequence.start.map { LogGeneration.Start.offset($0) } ?? .beginning
        if self.isFirstScan {
            switch self.options.readFrom {
            case .checkpoint: break
            case .beginning: start = .beginningAgain
            case .end: start = .offset(sequence.content.snapshot.tail + 1)
            }
        }
        return LogGeneration(
            number: self.catalogue.nextNumber(),
            identity: sequence.identity,
            origin: origin,
            lane: origin.path,
            contentKey: sequence.identity.contentKey(host: self.context.nodeName, origin: origin),
            start: start,
            content: sequence.content,
            size: sequence.content.size,
        )
    }

    /// A sequence is known by its id, and by the source that reads it: another one may read it too.
    private func identity(of id: String) -> LogIdentity {
        LogIdentity(
            inode: stableHash(Array(id.utf8).span),
            fingerprint: stableHash(Array("journal/\(self.context.componentName)".utf8).span),
        )
    }

    /// Lets sinks read on that were held up by their pace.
    private func wakePaced() {
        if self.options.entriesPerSecond == nil { return }
        let sinks = self.catalogue.sinks
        for sequence in self.sequences.values {
            guard let generation = sequence.generation else { continue }
            if !generation.isDrained(by: sinks) { self.catalogue.grew(generation) }
        }
    }

    private func noteAbsent() {
        if !self.complaints.insert("").inserted { return }
        self.context.logger.warning(
            "there is no journal; it is read once there is one",
            metadata: [
                "source": "\(self.context.componentName)",
                "paths": "\(self.options.paths.joined(separator: " "))",
            ],
        )
    }

    /// Tells of a path's trouble once.
    private func complain(_ path: String, _ error: HostError) {
        if !self.complaints.insert(path).inserted { return }
        self.meters.errors.add()
        var metadata: Logger.Metadata = ["path": "\(path)", "error": "\(error)"]
        if error.code == .notPermitted {
            metadata["remedy"] = "run as root or in the group systemd-journal"
        }
        self.context.logger.error("a journal can't be read", metadata: metadata)
    }
}
