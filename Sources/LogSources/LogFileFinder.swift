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
        /// Files of one folder.
        case plain
    }

    struct Settings: Sendable {
        var options: LogFileOptions
        var layout: Layout
        var names: LogFileNames
        var format: LogFileFormat
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
    /// How often it is looked whether files can be let go of.
    private static let finishCheck: Int64 = 500_000_000

    let settings: Settings
    let catalogue: LogCatalogue
    let clock: any AgentClock
    let context: ComponentContext
    let meters: LogFileMeters
    let watcher: FolderWatcher
    var folders: [String: LogFolder] = [:]
    var watches: [Int32: LogFolder] = [:]
    var files: [TrackedFile.Key: TrackedFile] = [:]
    /// Files that are open but not written any more, or not for long.
    var leaving: Set<TrackedFile.Key> = []
    var complaints: Set<String> = []
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
    }

    /// Works until `stop` is signalled.
    func run(until stop: StopPipe, isStopped: () -> Bool) {
        let root = LogFolder(path: self.settings.options.path, kind: .root)
        self.folders[root.path] = root
        self.rescan()
        self.isFirstScan = false
        var now = self.clock.monotonicNanoseconds
        var nextScan = now + self.scanInterval
        var nextPoll = now
        var nextTake = now
        while !isStopped() {
            let check = self.leaving.isEmpty ? Int64.max : now + Self.finishCheck
            let due = min(nextScan, nextPoll, check)
            let wait = max(0, due - now) / 1_000_000 + 1
            self.watcher.wait(milliseconds: Int32(min(wait, 60_000)), stop: stop.readEnd)
            now = self.clock.monotonicNanoseconds
            if now < nextTake {
                // Lets what comes in a burst come together.
                usleep(UInt32((nextTake - now) / 1_000))
                now = self.clock.monotonicNanoseconds
            }
            let mustRescan = self.takeChanges()
            nextTake = now + Self.pauseNanoseconds
            if mustRescan || now >= nextScan {
                self.rescan()
                nextScan = now + self.scanInterval
            }
            if now >= nextPoll {
                self.poll()
                self.showCounts()
                nextPoll = now + (self.watcher.isComplete ? Self.watchedPoll : Self.blindPoll)
            }
            self.finishLeaving()
        }
    }

    /// How often folders are listed.
    private var scanInterval: Int64 {
        let asked = self.settings.options.rescanInterval.nanoseconds
        let isRootWatched = self.folders[self.settings.options.path]?.watch != nil
        let isWatching = self.watcher.isComplete && isRootWatched
        return isWatching ? asked : min(asked, Self.blindScan)
    }

    /// Follows what the kernel told; returns whether everything has to be listed.
    private func takeChanges() -> Bool {
        let changes = self.watcher.take()
        for watch in changes.gone {
            guard let folder = self.watches.removeValue(forKey: watch) else { continue }
            folder.watch = nil
            self.scan(folder)
        }
        for watch in changes.folders {
            if let folder = self.watches[watch] { self.scan(folder) }
        }
        for name in changes.files {
            if let file = self.watches[name.folder]?.files[name.name] { self.look(at: file) }
        }
        return changes.isIncomplete
    }

    /// Lists every folder.
    private func rescan() {
        for folder in self.folders.values.sorted(by: { $0.path < $1.path }) { self.scan(folder) }
    }

    /// Looks at every open file.
    private func poll() {
        for file in self.files.values where file.open != nil { self.look(at: file) }
    }

    /// Lets go of files that were read to their end.
    private func finishLeaving() {
        for key in self.leaving {
            guard let file = self.files[key], file.phase != .live, file.open != nil else {
                self.leaving.remove(key)
                continue
            }
            self.finishIfDone(file)
        }
    }

    private func showCounts() {
        let open = self.files.values.reduce(0) { $0 + ($1.open == nil ? 0 : 1) }
        self.meters.open.set(Double(open))
        self.meters.watches.set(Double(self.watches.count))
        self.meters.isWatching.set(self.watcher.isComplete ? 1 : 0)
    }

    /// Tells once that the folder to begin in is not there; it may come, and is looked for.
    func noteAbsent(_ path: String) {
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
