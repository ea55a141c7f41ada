import Codecs
import Glibc
import Host
import Logging
import Pipeline
import Telemetry

/// Finds log files, follows them through renames and deletion, and tells the catalogue.
///
/// Lives on one thread, which it blocks while there is nothing to do. Changes are heard of by
/// inotify; folders are listed and open files looked at in intervals all the same, for what the
/// kernel does not tell (network file systems, lost events, no room for watches).
final class LogFileFinder {
    /// What kind of folder it starts in.
    enum Layout: Sendable {
        /// The kubelet's pods, or its folder of links.
        case kubernetes
        /// Files that patterns choose.
        case selected(LogFileSelection)
    }

    struct Settings: Sendable {
        var options: LogFileOptions
        var layout: Layout
        var format: LogFileFormat
        /// The folder whose folders are named by pods' UIDs, if files lie in pods' volumes.
        var podFolder: String?
        /// Whether it is told that a folder to begin in is not there.
        var isAbsenceTold = true
        /// Whether the kernel is asked to tell of changes.
        var isWatching = true
    }

    /// Changes are taken together if they come within so long.
    private static let pauseNanoseconds: Int64 = 20_000_000
    /// How often open files are looked at when changes are heard of, and when they are not.
    private static let watchedPoll: Int64 = 5_000_000_000
    private static let blindPoll: Int64 = 250_000_000
    /// How often folders are listed at least when changes are not heard of.
    private static let blindScan: Int64 = 5_000_000_000
    /// Descriptors that log files leave to sinks, scrapes and the agent's own files.
    private static let descriptorsKept = 256
    /// How often it is looked at least whether files can be let go of, and how often at most: with a sink
    /// that is down there may be thousands.
    private static let finishCheck: Int64 = 500_000_000
    private static let finishPause: Int64 = 100_000_000

    let settings: Settings
    let catalogue: LogCatalogue
    let clock: any AgentClock
    let context: ComponentContext
    let meters: LogFileMeters
    let watcher: FolderWatcher
    let following = LogFollowing()
    var folders: [String: LogFolder] = [:]
    /// Where links may lead a second time: the paths of folders that patterns choose.
    var folderPaths: [TrackedFile.Key: String] = [:]
    var roots: [LogFolder] = []
    var watches: [Int32: LogFolder] = [:]
    var files: [TrackedFile.Key: TrackedFile] = [:]
    /// Files that are open but not written any more, or not for long.
    var leaving: Set<TrackedFile.Key> = []
    /// Files whose pods are not known yet.
    var unnamed: Set<TrackedFile.Key> = []
    /// Folders that changed and are listed a little later.
    private var postponed: [String: LogFolder] = [:]
    private let heap = Heap()
    /// How many files are open, and how many may be.
    var openCount = 0
    let openLimit: Int
    var complaints: Set<String> = []
    /// Whether it was told that changes are not heard of.
    private var isBlindnessTold = false
    var givenUp = GivenUp()
    /// Files that were seen to be truncated while folders were listed, and those of them of which that
    /// was seen before: their copies are in the listing.
    var truncations: (seen: Set<TrackedFile.Key>, listed: Set<TrackedFile.Key>) = ([], [])
    /// How many folders are being listed, one inside the other.
    var scanDepth = 0
    /// Whether the files seen now were there before the agent.
    var isFirstScan = true

    init(
        _ settings: Settings,
        _ catalogue: LogCatalogue,
        _ context: ComponentContext,
        _ meters: LogFileMeters,
    ) {
        self.settings = settings
        self.catalogue = catalogue
        self.clock = context.clock
        self.context = context
        self.meters = meters
        self.watcher = FolderWatcher(isEnabled: settings.isWatching)
        self.openLimit = min(settings.options.maxFiles, Self.descriptorsLeft)
    }

    /// How many files the process may open and still have what else it needs.
    private static var descriptorsLeft: Int {
        var limit = rlimit()
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        if unsafe getrlimit(resource, &limit) != 0 { return Self.descriptorsKept }
        let allowed = Int(clamping: limit.rlim_cur)
        return max(allowed - Self.descriptorsKept, allowed / 2)
    }

    /// The folders where the search begins.
    private func makeRoots() -> [LogFolder] {
        switch self.settings.layout {
        case .kubernetes: [LogFolder(path: self.settings.options.path, kind: .root)]
        case .selected(let selection):
            selection.roots.map { path in
                LogFolder(path: path, kind: .selected, names: selection.names(in: path))
            }
        }
    }

    /// Works until `stop` is signalled.
    func run(until stop: StopPipe, isStopped: () -> Bool) {
        self.roots = self.makeRoots()
        for root in self.roots { self.folders[root.path] = root }
        self.rescan()
        self.isFirstScan = false
        var now = self.clock.monotonicNanoseconds
        var nextScan = now + self.settings.options.rescanInterval.nanoseconds
        var nextBlindScan = now + Self.blindScan
        var nextPoll = now
        var nextTake = now
        var nextFinish = now
        while !isStopped() {
            let due = min(nextScan, nextBlindScan, nextPoll, self.nextCheck(now))
            let wait = max(0, due - now) / 1_000_000 + 1
            self.watcher.wait(milliseconds: Int32(min(wait, 60_000)), stop: stop.readEnd)
            now = self.clock.monotonicNanoseconds
            if now < nextTake {
                // Lets what comes in a burst come together.
                usleep(UInt32((nextTake - now) / 1_000))
                now = self.clock.monotonicNanoseconds
            }
            let mustRescan = self.takeChanges(now)
            nextTake = now + Self.pauseNanoseconds
            var isUpToDate = self.watcher.isComplete
            if mustRescan || now >= nextScan {
                self.rescan()
                // The names of many folders were listed, and their memory lies about in pieces.
                _ = self.heap.trim(now: now)
                nextScan = now + self.settings.options.rescanInterval.nanoseconds
                nextBlindScan = now + Self.blindScan
                isUpToDate = true
            } else if now >= nextBlindScan {
                self.rescan { $0.watch == nil }
                nextBlindScan = now + Self.blindScan
                isUpToDate = true
            }
            if isUpToDate, self.postponed.isEmpty { self.following.note(upTo: now) }
            if now >= nextPoll {
                self.poll()
                self.showCounts()
                nextPoll = now + (self.watcher.isComplete ? Self.watchedPoll : Self.blindPoll)
            }
            self.lookAtTruncated()
            self.nameOwners()
            if now >= nextFinish {
                self.finishLeaving()
                self.boundDeleted()
                nextFinish = now + Self.finishPause
            }
        }
    }

    /// When there is something to do that nobody tells of.
    private func nextCheck(_ now: Int64) -> Int64 {
        let isWaiting = !self.leaving.isEmpty || !self.unnamed.isEmpty
        let check = isWaiting ? now + Self.finishCheck : .max
        return self.postponed.values.reduce(check) { min($0, $1.nextScan) }
    }

    /// Follows what the kernel told; returns whether everything has to be listed.
    private func takeChanges(_ now: Int64) -> Bool {
        let changes = self.watcher.take()
        if changes.isIncomplete { self.meters.overflows.add() }
        for watch in changes.gone {
            guard let folder = self.watches.removeValue(forKey: watch) else { continue }
            folder.watch = nil
            self.scan(folder)
        }
        for watch in changes.folders {
            if let folder = self.watches[watch] { self.postponed[folder.path] = folder }
        }
        for (path, folder) in self.postponed where folder.nextScan <= now {
            self.postponed[path] = nil
            if self.folders[path] === folder { self.scan(folder) }
        }
        for name in changes.files {
            if let file = self.watches[name.folder]?.files[name.name] { self.look(at: file) }
        }
        return changes.isIncomplete
    }

    /// Lists every folder, or those that are `wanted`.
    private func rescan(_ wanted: (LogFolder) -> Bool = { _ in true }) {
        let folders = self.folders.values.filter(wanted)
        for folder in folders.sorted(by: { $0.path < $1.path }) { self.scan(folder) }
        let leftOut = self.leftOut
        if leftOut == 0 {
            self.complaints.remove(Self.tooMany)
        } else {
            self.complain(
                Self.tooMany,
                "expected at most \(self.openLimit) files, found \(leftOut) more, which wait; see "
                    + "max_files and the process's limit of open files",
            )
        }
    }

    /// What is said of too many files stands under this instead of a path.
    private static let tooMany = "-"

    /// Looks at every open file.
    private func poll() {
        for file in self.files.values where file.open != nil { self.look(at: file) }
    }

    /// Makes files known whose pods are known by now, or were waited for long enough.
    private func nameOwners() {
        for key in self.unnamed {
            guard let file = self.files[key], file.open != nil, file.generation == nil else {
                self.unnamed.remove(key)
                continue
            }
            self.look(at: file)
        }
    }

    /// Lets go of files that were read to their end.
    private func finishLeaving() {
        for key in self.leaving {
            guard let file = self.files[key], file.phase != .live, file.open != nil else {
                self.leaving.remove(key)
                continue
            }
            // Nobody tells of what is written to a file without a name.
            self.look(at: file)
            self.finishIfDone(file)
        }
    }

    private func showCounts() {
        self.meters.open.set(Double(self.openCount))
        self.meters.watches.set(Double(self.watches.count))
        self.meters.isWatching.set(self.watcher.isComplete ? 1 : 0)
        self.meters.leftOut.set(Double(self.leftOut))
        self.tellBlindness()
    }

    /// Tells when folders can't be watched any more, once until they can.
    private func tellBlindness() {
        let isBlind = self.settings.isWatching && !self.watcher.isComplete
        defer { self.isBlindnessTold = isBlind }
        if !isBlind || self.isBlindnessTold { return }
        self.context.logger.warning(
            "not every folder of logs can be watched; they are looked at in short intervals",
            metadata: [
                "watched": "\(self.watches.count)",
                "folders": "\(self.folders.count)",
                "remedy": "raise fs.inotify.max_user_watches or fs.inotify.max_user_instances",
            ],
        )
    }

    private var leftOut: Int { self.folders.values.reduce(0) { $0 + $1.leftOut } }

    /// Tells once that the folder to begin in is not there; it may come, and is looked for.
    func noteAbsent(_ path: String) {
        if !self.settings.isAbsenceTold { return }
        if !self.complaints.insert(path).inserted { return }
        self.context.logger.notice(
            "a folder of logs is not there; it is followed once it is",
            metadata: ["path": "\(path)"],
        )
    }

    /// Tells of a path's trouble once, until the path is well again.
    func complain(_ path: String, _ error: String, isAboutProcess: Bool = false) {
        self.meters.errors.add()
        if self.complaints.count >= 1000 { self.complaints.removeAll() }
        if !self.complaints.insert(isAboutProcess ? "" : path).inserted { return }
        self.context.logger.error(
            "a log file or folder can't be read; the others are",
            metadata: ["path": "\(path)", "error": "\(error)"],
        )
    }
}
