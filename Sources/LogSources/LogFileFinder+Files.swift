import Bytes
import Glibc
import Host
import Pipeline
import Telemetry

// Files: opened when first seen, followed by their inode, let go of when read to their end.
extension LogFileFinder {
    /// Follows the files of a folder.
    func scanFiles(of folder: LogFolder, _ entries: [FolderEntry]) {
        var entries = entries
        for attempt in 1...Self.listingLimit {
            let sightings = self.order(self.sightings(of: folder, entries))
            let before = folder.files
            let isLast = attempt == Self.listingLimit
            if self.follow(sightings, in: folder, evenIfGone: isLast) {
                let present = Set(folder.files.values.map(\.key))
                for file in before.values where !present.contains(file.key) { self.noteGone(file) }
                return
            }
            folder.files = before.merging(folder.files) { $1 }
            guard let again = try? self.list(folder) else { return }
            entries = again
        }
    }

    /// Follows what was seen; false if an older file went away meanwhile, which may be compressed by
    /// now, so that what is newer has to wait for another look.
    private func follow(
        _ sightings: [Sighting],
        in folder: LogFolder,
        evenIfGone isLast: Bool,
    ) -> Bool {
        let before = folder.files
        folder.files = [:]
        folder.leftOut = 0
        // What was written to a file that is gone by now comes before what is new.
        let sighted = Set(sightings.map(\.key))
        for file in before.values where !sighted.contains(file.key) { self.look(at: file) }
        self.noteTruncated(sightings)
        let compressed = self.lookInside(sightings, in: folder, isAgain: !before.isEmpty)
        // Those of which an older file went away; others do not wait, and keep what they have open.
        var waiting: Set<String> = []
        for sighting in sightings {
            let isWaiting =
                !waiting.isEmpty && waiting.contains(PodLogPath.lane(of: sighting.origin))
            if isWaiting { continue }
            let file =
                sighting.isCompressed
                ? self.follow(sighting, compressed) : self.follow(sighting, in: folder)
            if let file { folder.files[sighting.name] = file }
            let isLookedInto = file != nil || compressed[sighting.key] != nil
            if sighting.isCompressed, isLookedInto {
                folder.compressed[sighting.key] = sighting.stamp
            }
            if !isLast, sighting.isRotated, !isLookedInto, !self.isThere(sighting, in: folder) {
                waiting.insert(PodLogPath.lane(of: sighting.origin))
            }
        }
        return waiting.isEmpty
    }

    /// Notes which files were truncated before their copies are found: what was copied later waits for
    /// these, and files themselves are looked at last.
    private func noteTruncated(_ sightings: [Sighting]) {
        if !sightings.contains(where: { $0.isRotated && self.files[$0.key] == nil }) { return }
        for sighting in sightings where !sighting.isRotated {
            guard let file = self.files[sighting.key], let generation = file.generation,
                let status = try? file.open?.status()
            else { continue }
            let isWritten = file.stamp != status.stamp
            if self.isTruncated(file, generation, size: status.size, isWritten: isWritten) {
                generation.reportRewritten()
            }
        }
    }

    /// The compressed file that a name leads to.
    private func follow(
        _ sighting: Sighting,
        _ compressed: [TrackedFile.Key: Compressed?],
    ) -> TrackedFile? {
        if let known = self.files[sighting.key] {
            if !self.isReplaced(known, by: sighting) { return known }
            self.files[sighting.key] = nil
            if let identity = known.finished { self.catalogue.forget(identity) }
        }
        guard case .some(.some(let inside)) = compressed[sighting.key] else { return nil }
        return self.open(sighting, inside)
    }

    /// Whether a file was let go of and its number is that of another one.
    func isReplaced(_ known: TrackedFile, by sighting: Sighting) -> Bool {
        known.open == nil && known.stamp != sighting.stamp
    }

    /// The file that a name leads to, opened if it is new.
    private func follow(_ sighting: Sighting, in folder: LogFolder) -> TrackedFile? {
        let phase: LogGeneration.Phase = sighting.isRotated ? .rotated : .live
        guard let known = self.files[sighting.key] else {
            if self.openCount < self.openLimit { return self.open(sighting, phase) }
            folder.leftOut += 1
            return nil
        }
        if known.open == nil {
            let isUnchanged =
                known.path == sighting.path && !self.isReplaced(known, by: sighting)
            if isUnchanged, !known.isAway { return known }
            // It was let go of: another file may have got its number since.
            self.files[sighting.key] = nil
            let file = self.open(sighting, phase)
            if let identity = known.finished, file?.generation?.identity != identity {
                self.catalogue.forget(identity)
            }
            return file
        }
        known.isAway = false
        if known.path != sighting.path || known.phase != phase {
            known.path = sighting.path
            known.phase = phase
            known.generation?.note(path: sighting.path, phase: phase)
            if phase != .live { self.leaving.insert(known.key) }
        }
        self.look(at: known)
        return known
    }

    private func open(_ sighting: Sighting, _ phase: LogGeneration.Phase) -> TrackedFile? {
        guard let open = self.openFile(sighting) else { return nil }
        let file = TrackedFile(
            key: sighting.key,
            origin: sighting.origin,
            lane: PodLogPath.lane(of: sighting.origin),
            start: self.start(sighting.status),
            phase: phase,
            open: open,
            now: self.clock.monotonicNanoseconds,
        )
        file.path = sighting.path
        self.keep(file)
        self.look(at: file)
        return file
    }

    /// Follows a file that was opened.
    func keep(_ file: TrackedFile) {
        self.files[file.key] = file
        self.openCount += 1
        if file.phase != .live { self.leaving.insert(file.key) }
        self.meters.found.add()
    }

    /// Opens what was seen, if it still is what it was.
    func openFile(_ sighting: Sighting) -> OpenLogFile? {
        let flags = O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC
        let descriptor = unsafe Glibc.open(sighting.path, flags)
        if descriptor < 0 {
            let error = SystemErrorCode.current
            // Too many open files is one trouble, not one for each file.
            if error != .noSuchFile {
                let isLimit = error.isForLackOfDescriptors
                self.complain(sighting.path, error.text, isAboutProcess: isLimit)
            }
            return nil
        }
        // Between looking and opening another file may have taken the name.
        let open = OpenLogFile(descriptor, inode: sighting.key.inode)
        var status = stat()
        let isSame =
            unsafe fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
            && status.st_ino == sighting.status.st_ino && status.st_dev == sighting.status.st_dev
        if !isSame { return nil }
        self.complaints.remove(sighting.path)
        return open
    }

    /// What a file is known by; nil as long as it can't be told from others.
    func identity(of sighting: Sighting) -> LogIdentity? {
        guard let file = self.openFile(sighting) else { return nil }
        return LogIdentity(inode: file.inode, head: file.head().span)
    }

    /// Where sinks start in a file that is new to them.
    private func start(_ status: stat) -> LogGeneration.Start {
        if !self.isFirstScan { return .beginning }
        if self.isIgnored(status) { return .offset(Int64(status.st_size)) }
        switch self.settings.options.readFrom {
        case .checkpoint: return .beginning
        case .beginning: return .beginningAgain
        case .end: return .end(Int64(status.st_size))
        }
    }

    /// Whether a file was not written for so long that what is in it is not wanted.
    func isIgnored(_ status: stat) -> Bool {
        guard let limit = self.settings.options.ignoreOlder else { return false }
        let age = self.clock.wallNanoseconds / 1_000_000_000 - Int64(status.st_mtim.tv_sec)
        return age > Int64(limit.seconds)
    }
}
