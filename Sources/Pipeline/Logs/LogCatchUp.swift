import Telemetry

/// A container's files as they were found at the start, the oldest first, compressed ones among them.
///
/// What a sink has done of one of them says what it has done of the others: files are read in order,
/// and forgotten when they were read to their end and are gone.
package final class LogCatchUp: Sendable {
    /// One of the files.
    package struct File: Sendable {
        /// What it is known by.
        let identity: LogIdentity
        /// What is in it, if it was compressed and may have been known by another inode before.
        let content: (any LogContent)?

        /// Describes a file.
        package init(_ identity: LogIdentity, compressed content: (any LogContent)?) {
            self.identity = identity
            self.content = content
        }
    }

    let files: [File]
    /// Whether compressed files are read by a sink that knows nothing of the container.
    let isFirstReadWanted: Bool

    /// The number of the generation that a compressed file was, before that was truncated.
    let original: Int?

    /// Gathers the files of one container.
    package init(_ files: [File], isFirstReadWanted: Bool, copyOf original: LogGeneration? = nil) {
        self.files = files
        self.isFirstReadWanted = isFirstReadWanted
        self.original = original?.number
    }
}

extension LogCatchUp: Hashable {
    /// Whether it is the same object.
    package static func == (left: LogCatchUp, right: LogCatchUp) -> Bool { left === right }

    /// Hashes what is compared.
    package func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}

extension LogPump {
    /// Where to start in a compressed file; nil when there is nothing to do there.
    func bookmark(in generation: LogGeneration, _ catchUp: LogCatchUp) -> LogBookmark? {
        if let bookmark = self.checkpoints.entry(of: generation)?.bookmark {
            return bookmark
        }
        let own = catchUp.files.firstIndex { $0.identity == generation.identity }
        guard let own else { return nil }
        if let bookmark = self.bookmark(copiedBy: catchUp.files[own]) { return bookmark }
        // What comes before something that was delivered was read; what follows only such is new. A
        // file may be unknown between two that are not: it was read, forgotten, and compressed, if the
        // checkpoint has not lost it.
        let later = catchUp.files[(own + 1)...].compactMap { self.bookmark(in: $0) }
        if later.contains(where: { $0.position.reach > 0 }), !self.checkpoints.isDamaged {
            return nil
        }
        if catchUp.files[..<own].contains(where: { self.bookmark(in: $0) != nil }) {
            return LogBookmark()
        }
        // Nothing that is there is known: it was away for long, or never here.
        let wasHere = self.checkpoints.hasEntries(ofFile: generation.origin.path)
        return wasHere || catchUp.isFirstReadWanted ? LogBookmark() : nil
    }

    private func bookmark(in file: LogCatchUp.File) -> LogBookmark? {
        self.checkpoints.bookmark(of: file.identity) ?? self.bookmark(copiedBy: file)
    }

    /// Where the sink was in a file before it was compressed.
    private func bookmark(copiedBy file: LogCatchUp.File) -> LogBookmark? {
        guard let content = file.content else { return nil }
        let known = self.checkpoints.bookmarks(like: file.identity)
        // One whose first line waits, or of which nothing was confirmed, has no marker.
        return content.furthest(of: known) ?? known.first { $0.position.resume == 0 }
    }
}
