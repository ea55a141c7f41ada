import Bytes
import Glibc
import Host
import Logging
import Telemetry

/// What one sink has confirmed, kept in memory and on disk.
///
/// A disk that can't be written stops nothing: positions go on in memory, the trouble is logged
/// when it begins and when it ends, and the file is written anew as soon as that works.
struct LogCheckpoints: ~Copyable {
    /// The file is replaced when it has grown by so much.
    private static let growthLimit = 1 << 20
    /// How often a disk that can't be written is tried again.
    private static let retryNanoseconds: Int64 = 2_000_000_000
    /// How long a content may stay away before it is forgotten.
    private static let absenceNanoseconds: Int64 = 3_600 * 1_000_000_000
    /// Of how many contents that are gone it is still known what was done of them.
    private static let goneLimit = 2000
    /// How often appended records are brought to the disk.
    private static let syncNanoseconds: Int64 = 5_000_000_000
    /// What is kept of the memory for records: the first request of many files has many.
    private static let keptBytes = 64 << 10

    private(set) var table = CheckpointTable()
    private var file: CheckpointFile
    /// Whether anything is written; otherwise it is kept in memory only.
    private let isKept: Bool
    private var scratch = OutputBuffer(capacity: 1024)
    private var sequence: UInt64 = 0
    private var baseLength = 0
    private var nextSync: Int64 = 0
    private var nextRetry: Int64 = 0
    private var isFailing = false
    /// Contents of earlier lives that were not met in this one, and when that was loaded.
    private var absent: Set<LogIdentity> = []
    private var loadedAt: Int64 = 0
    /// The paths of earlier lives, with and without what a rotation puts behind them: their hash values.
    private var earlierPaths: Set<Int> = []
    /// Contents that are gone, in order, and those of them that are still known: a copy of them,
    /// compressed or not, may be found later.
    private var goneOrder: [LogIdentity] = []
    private var gone: Set<LogIdentity> = []
    /// Whether something was appended that no `fdatasync` stands for.
    private var isDirty = false
    /// The `fdatasync` that is under way.
    private var syncing: CheckpointSync?
    /// Whether files may be unknown that earlier lives knew.
    private(set) var isDamaged = false
    private let clock: any AgentClock
    private let meters: LogSinkMeters
    private let logger: Logger

    /// Names the file of `sink` in `folder`; nothing is opened.
    ///
    /// Without a folder there is no file.
    init(
        folder: String?,
        sink: String,
        clock: any AgentClock,
        meters: LogSinkMeters,
        logger: Logger,
    ) {
        self.file = CheckpointFile(path: "\(folder ?? "")/\(Self.fileName(sink)).cursors")
        self.isKept = folder != nil
        self.clock = clock
        self.meters = meters
        self.logger = logger
    }

    /// Reads what is there, and writes it anew.
    mutating func load() {
        if !self.isKept { return }
        self.makeFolder()
        do {
            let found = try CheckpointFile.load(path: self.file.path)
            self.table = found.table
            self.absent = Set(found.table.entries.keys)
            for entry in found.table.entries.values { self.notePath(entry.path) }
            self.loadedAt = self.clock.monotonicNanoseconds
            self.isDamaged = found.reading.isIncomplete
            if found.reading.damagedBytes > 0 {
                self.meters.checkpointDamage.add(found.reading.damagedBytes)
                self.logger.warning(
                    "a checkpoint file was damaged; some records may be sent again",
                    metadata: [
                        "file": "\(self.file.path)",
                        "damaged_bytes": "\(found.reading.damagedBytes)",
                        "kept_as": "\(found.setAside ?? "-")",
                    ],
                )
            }
        } catch {
            self.isDamaged = true
            self.meters.checkpointErrors.add()
            self.logger.error(
                "a checkpoint file can't be read; its files are read from their beginning",
                metadata: ["error": "\(error)"],
            )
        }
        self.replace()
    }

    /// What the sink has done of a content.
    mutating func entry(of generation: LogGeneration) -> CheckpointTable.Entry? {
        let identity = generation.identity
        self.absent.remove(identity)
        // What was gone may be another content that begins alike; it may also have been out of sight.
        if self.gone.remove(identity) != nil, let bookmark = self.bookmark(of: identity),
            bookmark.marker == 0 || !generation.content.holds(bookmark)
        {
            self.drop(identity)
        }
        return self.table.entries[identity]
    }

    /// Whether a content of an earlier life was not asked for in this one so far.
    func isAbsent(_ identity: LogIdentity) -> Bool { self.absent.contains(identity) }

    /// Whether that is so of any content that begins in the same way, under whatever inode.
    func isAbsent(like identity: LogIdentity) -> Bool {
        self.absent.contains { $0.fingerprint == identity.fingerprint }
    }

    /// Where the sink is in contents that begin in the same way, under other inodes.
    func bookmarks(like identity: LogIdentity) -> [LogBookmark] {
        self.table.entries.filter { $0.key.fingerprint == identity.fingerprint }
            .map(\.value.bookmark)
    }

    /// Where the sink is in a content; nil if it never asked for anything of it to be noted.
    func bookmark(of identity: LogIdentity) -> LogBookmark? {
        self.table.entries[identity]?.bookmark
    }

    /// Whether the sink has, in an earlier life, done anything of a file that had this path, before a
    /// rotation or after.
    func hasEntries(ofFile path: String) -> Bool { self.earlierPaths.contains(path.hashValue) }

    private mutating func notePath(_ path: String) {
        var path = path[...]
        self.earlierPaths.insert(path.hashValue)
        let name = path.lastIndex(of: "/") ?? path.startIndex
        while let dot = path.lastIndex(of: "."), dot > name {
            path = path[..<dot]
            self.earlierPaths.insert(path.hashValue)
        }
    }

    /// Notes where a request that is about to be sent will have brought the sink.
    mutating func intend(_ targets: [(LogGeneration, LogBookmark)]) -> UInt64 {
        self.sequence += 1
        var list: [CheckpointRecord.Target] = []
        for (generation, end) in targets {
            list.append(.init(id: self.id(of: generation), end: end))
        }
        self.change(.intent(sequence: self.sequence, list))
        self.write()
        return self.sequence
    }

    /// Notes that the request was confirmed.
    mutating func confirm(_ sequence: UInt64) {
        self.change(.confirmed(sequence: sequence))
        self.write()
        if self.file.length - self.baseLength > max(Self.growthLimit, self.baseLength) {
            self.prepareSuccessor()
        }
    }

    /// Notes a position that no request stands for.
    mutating func set(_ generation: LogGeneration, _ bookmark: LogBookmark) {
        self.change(.position(id: self.id(of: generation), bookmark))
        self.write()
    }

    /// Forgets a content that is gone for good, though not at once.
    mutating func forget(_ identity: LogIdentity) {
        guard self.table.entries[identity] != nil, self.gone.insert(identity).inserted else {
            return
        }
        self.goneOrder.append(identity)
        if self.goneOrder.count <= Self.goneLimit { return }
        // Half of them at a time, so that the order is moved seldom.
        for identity in self.goneOrder.prefix(Self.goneLimit / 2)
        where self.gone.remove(identity) != nil {
            self.drop(identity)
        }
        self.goneOrder.removeFirst(Self.goneLimit / 2)
    }

    private mutating func drop(_ identity: LogIdentity) {
        guard let entry = self.table.entries[identity] else { return }
        self.change(.forgotten(id: entry.id))
        self.write()
    }

    /// Brings changes to the disk when it is time, and tries again what did not work.
    mutating func tend() {
        let now = self.clock.monotonicNanoseconds
        if !self.absent.isEmpty, now - self.loadedAt > Self.absenceNanoseconds {
            let gone = self.absent
            self.absent = []
            for identity in gone { self.drop(identity) }
        }
        if self.isFailing {
            if now >= self.nextRetry { self.replace() }
        } else if self.syncing != nil {
            self.finishSync()
        } else if self.isDirty, now >= self.nextSync {
            self.sync()
        }
    }

    /// Whether `tend` will have something to do.
    var needsTending: Bool { self.isFailing || self.isDirty || self.syncing != nil }

    /// Brings everything to the disk.
    mutating func close() {
        self.replace()
    }

    private mutating func id(of generation: LogGeneration) -> UInt64 {
        let path = generation.path
        let (id, isNew) = self.table.id(of: generation.identity, path: path)
        if isNew {
            CheckpointRecord.file(id: id, generation.identity, path: path)
                .append(to: &self.scratch)
        }
        return id
    }

    private mutating func change(_ record: CheckpointRecord) {
        self.table.apply(record)
        record.append(to: &self.scratch)
    }

    private mutating func write() {
        if !self.isKept { return self.scratch.removeAll() }
        // A span of one stored property borrows the whole struct, so the records step out of it.
        var records = OutputBuffer(capacity: 0)
        swap(&records, &self.scratch)
        self.isDirty = true
        if self.isFailing {
            self.tend()
        } else {
            do {
                try self.file.append(records.span)
            } catch {
                self.fail(error)
            }
        }
        records.removeAll()
        records.shrink(to: Self.keptBytes)
        swap(&records, &self.scratch)
    }

    private mutating func replace() {
        if !self.isKept { return }
        self.syncing = nil
        do {
            try self.file.replace(with: self.table)
            self.baseLength = self.file.length
            self.isDirty = false
            self.recover()
        } catch {
            if error.code == .noSuchFile { self.makeFolder() }
            self.fail(error)
        }
    }

    /// Begins to replace a file that has grown.
    private mutating func prepareSuccessor() {
        if !self.isKept || self.isFailing || self.syncing != nil { return }
        do {
            try self.file.prepareSuccessor(with: self.table)
        } catch {
            return self.fail(error)
        }
        self.sync()
    }

    private mutating func sync() {
        do {
            self.syncing = try self.file.sync()
            self.isDirty = false
            self.nextSync = self.clock.monotonicNanoseconds + Self.syncNanoseconds
        } catch {
            self.fail(error)
        }
    }

    private mutating func finishSync() {
        do {
            guard try self.syncing?.isDone() == true else { return }
            self.syncing = nil
            if !self.file.hasSuccessor { return }
            try self.file.succeed()
            self.baseLength = self.file.length
            self.syncing = try self.file.syncFolder()
        } catch {
            self.fail(error)
        }
    }

    private mutating func fail(_ error: CheckpointError) {
        self.syncing = nil
        self.meters.checkpointErrors.add()
        self.nextRetry = self.clock.monotonicNanoseconds + Self.retryNanoseconds
        if self.isFailing { return }
        self.isFailing = true
        self.logger.error(
            "checkpoints can't be written; delivery goes on, but a restart would send again",
            metadata: ["error": "\(error)"],
        )
    }

    private mutating func recover() {
        if !self.isFailing { return }
        self.isFailing = false
        self.logger.notice(
            "checkpoints are written again",
            metadata: ["file": "\(self.file.path)"],
        )
    }

    private func makeFolder() {
        let parts = self.file.path.split(separator: "/").dropLast()
        var path = self.file.path.hasPrefix("/") ? "" : "."
        for part in parts {
            path += "/\(part)"
            unsafe mkdir(path, 0o700)
        }
    }

    /// A sink's name as a file's name.
    private static func fileName(_ sink: String) -> String {
        String(sink.map { $0.isLetter || $0.isNumber || "-_.".contains($0) ? $0 : "_" })
    }
}
