import Bytes
import Codecs
import Host
import Logging
import Pipeline
import Telemetry

// What becomes of open files.
extension LogFileFinder {
    /// Looks at a file's size: it grew, it was truncated, its first line is complete.
    func look(at file: TrackedFile) {
        guard let open = file.open, let status = try? open.status() else { return }
        let now = self.clock.monotonicNanoseconds
        let isWritten = file.stamp != status.stamp
        file.stamp = status.stamp
        if let compressed = file.compressed {
            // It does not grow; sinks find out how much is in it.
            _ = file.generation?.note(size: compressed.size)
            return
        }
        if status.size != file.size { file.grewAt = now }
        if let generation = file.generation {
            if self.isTruncated(file, generation, size: status.size, isWritten: isWritten) {
                generation.reportRewritten()
                // What is listed just now may be older than the copy.
                if self.scanDepth > 0, !self.truncations.listed.contains(file.key) {
                    self.truncations.seen.insert(file.key)
                    return
                }
                self.findCopies(of: file)
                if file.generation === generation {
                    self.replaceGeneration(of: file, size: status.size)
                }
            } else if generation.note(size: status.size) {
                self.catalogue.grew(generation)
            }
        } else if status.size > 0 {
            // It may have been truncated before anybody knew what was in it: its copy comes first.
            if self.canBeTold(file) { self.findCopies(of: file) }
            if file.generation == nil {
                self.identify(file, size: status.size, start: file.start, isFinished: false)
            }
        }
        file.size = status.size
    }

    /// Whether a file is not any more what it was; `isWritten` says that it may have been written to.
    func isTruncated(
        _ file: TrackedFile,
        _ generation: LogGeneration,
        size: Int64,
        isWritten: Bool,
    ) -> Bool {
        size < generation.size || generation.isRewritten
            || (isWritten && self.beginsOtherwise(file, generation))
    }

    /// Whether a file is another one though it never was seen to be shorter: it grew again at once, or
    /// was truncated under a writer that goes on at its old offset.
    private func beginsOtherwise(_ file: TrackedFile, _ generation: LogGeneration) -> Bool {
        // Runtimes append to containers' files.
        guard file.phase == .live, file.origin.container.isEmpty, let open = file.open else {
            return false
        }
        let now = LogIdentity(inode: file.key.inode, head: open.head().span, isFinished: true)
        return now.map { $0.fingerprint != generation.identity.fingerprint } ?? true
    }

    /// Looks again at files of which it was seen while folders were listed that they were truncated.
    func lookAtTruncated() {
        while let key = self.truncations.seen.popFirst() {
            if let file = self.files[key] { self.look(at: file) }
        }
    }

    /// Whether a file that may be truncated, and that sinks don't know of, can be told from others.
    private func canBeTold(_ file: TrackedFile) -> Bool {
        guard file.origin.container.isEmpty, self.scanDepth == 0, let open = file.open else {
            return false
        }
        let identity = LogIdentity(inode: file.key.inode, head: open.head().span)
        return identity != nil && self.knowsPod(of: file)
    }

    /// Makes the file known to sinks as soon as it can be told from others.
    func identify(
        _ file: TrackedFile,
        size: Int64,
        start: LogGeneration.Start,
        isFinished: Bool,
    ) {
        guard let open = file.open, self.knowsPod(of: file) || isFinished else { return }
        let head = open.head()
        let identity = LogIdentity(
            inode: file.key.inode,
            head: head.span,
            isFinished: isFinished,
        )
        guard let identity else { return }
        let content = LogFileContent(
            open,
            identity: identity,
            number: self.catalogue.nextNumber(),
            decoder: self.decoder(of: head.span),
            clock: self.clock,
        )
        self.add(
            file,
            identity,
            number: content.number,
            content,
            isDated: content.decoder.format.isDated,
            size: size,
            start: start,
        )
    }

    /// What takes lines apart in a file that begins with `head`.
    func decoder(of head: borrowing Span<UInt8>) -> LineDecoder {
        LineDecoder(
            format: self.settings.format.found(in: head),
            maxLineBytes: self.settings.options.maxLineBytes,
        )
    }

    /// Tells sinks of a file.
    func add(
        _ file: TrackedFile,
        _ identity: LogIdentity,
        number: Int,
        _ content: any LogContent,
        isDated: Bool,
        size: Int64,
        start: LogGeneration.Start,
    ) {
        let generation = LogGeneration(
            number: number,
            identity: identity,
            origin: file.origin,
            lane: file.lane,
            contentKey: self.contentKey(identity, file.origin, isDated: isDated),
            start: start,
            content: content,
            size: size,
            following: self.following,
            isFoundAtStart: self.isFirstScan,
        )
        generation.note(path: file.path, phase: file.phase)
        file.generation = generation
        self.catalogue.add(generation)
    }

    /// The number for record ids; what a pod is called is no part of it where only its UID is sure.
    private func contentKey(
        _ identity: LogIdentity,
        _ origin: LogOrigin,
        isDated: Bool,
    ) -> UInt64 {
        var origin = origin
        if origin.container.isEmpty {
            origin.namespace = ""
            origin.pod = ""
        }
        return identity.contentKey(host: self.context.nodeName, origin: origin, isDated: isDated)
    }

    /// Names the pod in whose volume the file lies; false while it may still become known.
    private func knowsPod(of file: TrackedFile) -> Bool {
        if file.origin.podUID.isEmpty || file.origin.isPod { return true }
        let cluster = self.context.cluster
        if let pod = cluster.pod(uid: file.origin.podUID) {
            file.origin.namespace = pod.metadata.namespace
            file.origin.pod = pod.metadata.name
            return true
        }
        let waited = self.clock.monotonicNanoseconds - file.foundAt
        if !cluster.isAsked || waited >= Self.podWait { return true }
        self.unnamed.insert(file.key)
        return false
    }

    /// How long the pod of a file in a volume is waited for.
    private static let podWait: Int64 = 10_000_000_000

    /// Looks for a copy that was made before a truncation: what sinks did not read is there, and not
    /// lost.
    private func findCopies(of file: TrackedFile) {
        // While its folder is listed, copies come first.
        if self.scanDepth > 0 { return }
        self.truncations.seen.insert(file.key)
        defer { self.truncations.seen.remove(file.key) }
        guard let slash = file.path.lastIndex(of: "/") else { return }
        guard let folder = self.folders[String(file.path[..<slash])] else { return }
        self.lookAgainInside(folder, madeOf: file)
        self.scan(folder)
    }

    /// The file was truncated or rewritten: what was not read of it is gone.
    private func replaceGeneration(of file: TrackedFile, size: Int64) {
        guard let generation = file.generation else { return }
        self.meters.truncated.add()
        generation.note(phase: .truncated)
        self.catalogue.finish(generation)
        self.catalogue.forget(generation.identity)
        file.generation = nil
        self.context.logger.notice(
            "a log file was truncated; it is read from its beginning",
            metadata: ["file": "\(file.path)", "size": "\(size)"],
        )
        if size > 0 { self.identify(file, size: size, start: .beginningAgain, isFinished: false) }
    }

    /// A name is gone: the file was deleted, or moved where nobody looks.
    func noteGone(_ file: TrackedFile) {
        if file.open == nil {
            if let identity = file.finished { self.catalogue.forget(identity) }
            if self.files[file.key] === file { self.files[file.key] = nil }
            return
        }
        let names = (try? file.open?.status().names) ?? 0
        if names == 0 {
            self.noteDeleted(file)
        } else {
            file.isAway = true
            file.phase = .rotated
            file.generation?.note(phase: .rotated)
        }
        if self.files[file.key] === file { self.leaving.insert(file.key) }
        self.look(at: file)
    }

    /// Lets go of a rotated or deleted file that every sink has read to its end.
    func finishIfDone(_ file: TrackedFile) {
        if file.phase == .live { return }
        let quiet = self.clock.monotonicNanoseconds - file.grewAt
        if quiet < self.settings.options.rotateWait.nanoseconds { return }
        if file.generation == nil, file.size > 0 {
            // Its first line will never be complete.
            self.identify(file, size: file.size, start: file.start, isFinished: true)
        }
        if let generation = file.generation, !generation.isDrained(by: self.catalogue.sinks),
            file.compressed?.isBroken != true
        {
            return
        }
        let isGone = file.phase == .deleted || ((try? file.open?.status().names) ?? 0) == 0
        self.release(file, isGone: isGone)
    }

    /// Closes a file; `isGone` says that its content will not be met again.
    func release(_ file: TrackedFile, isGone: Bool) {
        if let generation = file.generation { self.catalogue.finish(generation) }
        file.finished = file.generation?.identity
        file.generation = nil
        file.open = nil
        file.compressed = nil
        self.openCount -= 1
        if isGone, let identity = file.finished { self.catalogue.forget(identity) }
        // One that is away and comes back is met as if for the first time: sinks know how far they are.
        if isGone || file.isAway, self.files[file.key] === file { self.files[file.key] = nil }
    }
}
