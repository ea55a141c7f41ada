import Bytes
import Codecs
import Glibc
import Host
import Pipeline
import Telemetry

// Rotated files that were compressed before the agent came, or while it could not look: read before
// those that were not.
extension LogFileFinder {
    /// A compressed file that is looked into, and what the container's others are.
    struct Compressed {
        let content: GzipLogContent
        let identity: LogIdentity
        let start: LogGeneration.Start
    }

    /// Leaves out compressed files whose content is in plain ones that are there, or was.
    func withoutReadCompressed(_ sightings: [Sighting], in folder: LogFolder) -> [Sighting] {
        let present = Set(sightings.map(\.name))
        return sightings.filter { sighting in
            if !sighting.isCompressed { return true }
            // The plain file is removed when the compressed one is whole.
            if present.contains(LogFileNames.plain(sighting.name)) { return false }
            return self.isFirstScan || folder.files[sighting.name] != nil
                || folder.compressed[sighting.key] != sighting.stamp
        }
    }

    /// Forgets compressed files that are gone: one that is being renamed may be missing in one listing
    /// and there in the next.
    func forgetCompressed(in folder: LogFolder, earlier: Set<TrackedFile.Key>) {
        if folder.compressed.isEmpty { return }
        let present = folder.compressedPresent.union(earlier)
        folder.compressed = folder.compressed.filter { present.contains($0.key) }
        folder.copied = folder.copied.filter { present.contains($0.key) }
    }

    /// Has compressed files looked into again that were made of a file before it was truncated.
    func lookAgainInside(_ folder: LogFolder, madeOf file: TrackedFile) {
        for (copy, original) in folder.copied where original == file.key {
            folder.copied[copy] = nil
            folder.compressed[copy] = nil
        }
    }

    /// What is in the compressed files of a folder, by the file: nil for what need not be followed.
    ///
    /// Files that can't be opened now are not among them. `isAgain` says that the folder's files are
    /// followed already.
    func lookInside(
        _ sightings: [Sighting],
        in folder: LogFolder,
        isAgain: Bool,
    ) -> [TrackedFile.Key: Compressed?] {
        if !sightings.contains(where: \.isCompressed) { return [:] }
        if self.isFirstScan { return self.catchUp(sightings, in: folder, isAgain: isAgain) }
        return self.lookInsideMissed(sightings, in: folder)
    }

    /// What was renamed and compressed between two looks, and nobody has open.
    private func lookInsideMissed(
        _ sightings: [Sighting],
        in folder: LogFolder,
    ) -> [TrackedFile.Key: Compressed?] {
        var found: [TrackedFile.Key: Compressed?] = [:]
        for sighting in sightings where sighting.isCompressed {
            if let known = self.files[sighting.key], !self.isReplaced(known, by: sighting) {
                continue
            }
            guard let open = self.openFile(sighting) else { continue }
            found[sighting.key] = .some(nil)
            guard let file = self.identified(sighting, open), let content = file.content else {
                continue
            }
            let relation = self.relation(of: file, content, in: folder)
            if case .same = relation { continue }
            let own = LogCatchUp.File(file.identity, compressed: content)
            let files = LogCatchUp([own], isFirstReadWanted: true, copyOf: relation.original)
            found[sighting.key] = Compressed(
                content: content,
                identity: file.identity,
                start: .catchUp(files),
            )
        }
        return found
    }

    /// What a compressed file is to a file that is still followed.
    private enum Relation {
        /// It is read from that file, was, or will be.
        case same
        /// It is what was in that file before it was truncated.
        case copy(LogGeneration)
        case none

        var original: LogGeneration? {
            if case .copy(let generation) = self { generation } else { nil }
        }
    }

    private func relation(
        of compressed: Identified,
        _ content: GzipLogContent,
        in folder: LogFolder,
    ) -> Relation {
        let lane = PodLogPath.lane(of: compressed.sighting.origin)
        var relation = Relation.none
        for file in self.files.values where file.lane == lane {
            var known = file.generation?.identity ?? file.finished
            if known == nil, let open = file.open {
                known = LogIdentity(inode: open.inode, head: open.head().span, isFinished: true)
            }
            if known?.fingerprint != compressed.identity.fingerprint { continue }
            // One that was empty when it was looked at last, and has been filled and compressed since.
            // Were anything else in it, that would be newer.
            if file.generation == nil { self.look(at: file) }
            if self.isCopied(file, by: content) {
                if file.phase == .live { folder.copied[compressed.sighting.key] = file.key }
                return .same
            }
            if let generation = file.generation, let size = try? file.open?.status().size,
                self.isTruncated(file, generation, size: size, isWritten: true)
            {
                relation = .copy(generation)
            }
        }
        return relation
    }

    /// Whether a file that begins in the same way as a compressed one goes on in the same way.
    ///
    /// It may be another file whose first line says the same, or have been truncated after it was copied.
    private func isCopied(_ file: TrackedFile, by content: GzipLogContent) -> Bool {
        if let compressed = file.compressed { return compressed.size == content.size }
        guard let open = file.open, let size = try? open.status().size else {
            return file.stamp?.size == content.size
        }
        // One that is written to may have grown to that size again.
        if size == content.size, file.phase != .live { return true }
        guard let own = file.generation?.content else { return false }
        let end = min(size, content.size)
        let marker = own.makeReader(at: LogBookmark(LogPosition(end))).marker(at: end)
        return marker != 0 && content.holds(LogBookmark(LogPosition(end), marker: marker))
    }

    /// What was compressed before the agent came.
    private func catchUp(
        _ sightings: [Sighting],
        in folder: LogFolder,
        isAgain: Bool,
    ) -> [TrackedFile.Key: Compressed?] {
        var found: [TrackedFile.Key: Compressed?] = [:]
        let groups = Dictionary(grouping: sightings) { $0.origin.path }
        for group in groups.values where group.contains(where: \.isCompressed) {
            let files = group.compactMap { sighting in
                guard let open = self.openFile(sighting) else { return Identified?.none }
                if sighting.isCompressed { found[sighting.key] = .some(nil) }
                return self.identified(sighting, open)
            }
            for file in files {
                guard let content = file.content else { continue }
                // It may have been renamed and compressed since it was found.
                let relation = isAgain ? self.relation(of: file, content, in: folder) : .none
                if case .same = relation { continue }
                let start = self.start(files, file.sighting, relation.original)
                if let start {
                    found[file.sighting.key] = Compressed(
                        content: content,
                        identity: file.identity,
                        start: start,
                    )
                }
            }
        }
        return found
    }

    /// A file that can be told from others, and what is in it if it is compressed.
    private struct Identified {
        let sighting: Sighting
        let identity: LogIdentity
        let content: GzipLogContent?
    }

    private func identified(_ sighting: Sighting, _ file: OpenLogFile) -> Identified? {
        if !sighting.isCompressed {
            let identity = LogIdentity(inode: file.inode, head: file.head().span)
            return identity.map { Identified(sighting: sighting, identity: $0, content: nil) }
        }
        let head = GzipLogContent.head(of: file)
        let identity = LogIdentity(inode: file.inode, head: head.span, isFinished: true)
        guard let identity else {
            if !GzipLogContent.isEmpty(file) {
                self.complain(sighting.path, "expected gzip, found something else")
            }
            return nil
        }
        let content = GzipLogContent(
            file,
            number: self.catalogue.nextNumber(),
            decoder: self.decoder(of: head.span),
            clock: self.clock,
        )
        return Identified(sighting: sighting, identity: identity, content: content)
    }

    /// Where sinks start in a compressed file; nil when none has anything to do there.
    private func start(
        _ files: [Identified],
        _ sighting: Sighting,
        _ original: LogGeneration?,
    ) -> LogGeneration.Start? {
        let options = self.settings.options
        let isFirstReadWanted =
            options.isCompressedRead && options.readFrom != .end && !self.isIgnored(sighting.status)
        if options.readFrom == .beginning { return isFirstReadWanted ? .beginningAgain : nil }
        let members = files.map { LogCatchUp.File($0.identity, compressed: $0.content) }
        return .catchUp(
            LogCatchUp(members, isFirstReadWanted: isFirstReadWanted, copyOf: original)
        )
    }

    /// Follows a compressed file.
    func open(_ sighting: Sighting, _ compressed: Compressed) -> TrackedFile {
        let file = TrackedFile(
            key: sighting.key,
            origin: sighting.origin,
            lane: PodLogPath.lane(of: sighting.origin),
            start: compressed.start,
            phase: .rotated,
            open: compressed.content.file,
            now: self.clock.monotonicNanoseconds,
        )
        file.path = sighting.path
        file.size = Int64(sighting.status.st_size)
        file.compressed = compressed.content
        self.keep(file)
        self.add(
            file,
            compressed.identity,
            number: compressed.content.number,
            compressed.content,
            isDated: compressed.content.decoder.format.isDated,
            size: compressed.content.size,
            start: compressed.start,
        )
        return file
    }
}
