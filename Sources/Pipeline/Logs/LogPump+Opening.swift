import Codecs
import Logging
import Telemetry

// Generations that are new to the sink, and where it starts in them.
extension LogPump {
    /// Takes up a generation.
    func open(_ generation: LogGeneration) {
        if let wanted = self.settings.looksOn, !wanted.selects(generation.origin) { return }
        if let other = self.identities[generation.identity] {
            self.refuse(generation, readAs: other)
            return
        }
        let isOfEarlierLife =
            generation.start.isCatchUp
            ? self.checkpoints.isAbsent(like: generation.identity)
            : self.checkpoints.isAbsent(generation.identity)
        let entry = self.checkpoints.entry(of: generation)
        var bookmark = entry?.bookmark
        switch generation.start {
        case .beginning: bookmark = bookmark ?? self.bookmarkOfCopy(generation)
        case .beginningAgain: bookmark = nil
        case .offset(let offset): bookmark = bookmark ?? self.begin(generation, at: offset)
        case .end(let offset):
            // A file that a rotation began while the agent was away is read as a whole.
            let isNext = self.checkpoints.hasEntries(ofFile: generation.origin.path)
            bookmark = bookmark ?? self.begin(generation, at: isNext ? 0 : offset)
        case .catchUp(let files):
            if self.settings.looksOn != nil { return }
            bookmark = self.bookmark(in: generation, files)
            let resume = bookmark?.position.resume ?? 0
            let isRead = resume > 0 && resume >= generation.size && files.original == nil
            if bookmark == nil || (isRead && !self.checkpoints.isDamaged) {
                // Known by its own inode from now on: what it was before is forgotten sooner.
                if entry == nil, let bookmark { self.checkpoints.set(generation, bookmark) }
                generation.reportDrained(by: self.settings.name, at: .max)
                return
            }
        }
        if self.settings.looksOn != nil {
            let isNew = generation.number > self.newestAtStart
            bookmark = isNew ? nil : self.lastLine(of: generation)
        }
        let lane = self.lanes[generation.lane] ?? LogLane(key: generation.lane)
        self.lanes[generation.lane] = lane
        if self.checkpoints.isDamaged, isOfEarlierLife,
            lane.cursors.contains(where: { !$0.isKnown })
        {
            // Where the file before it is unknown and read again, a line of that may end in this one.
            bookmark = nil
        }
        let cursor = LogCursor(
            generation,
            lane,
            at: bookmark ?? LogBookmark(),
            resentBelow: entry?.intended ?? LogPosition(),
            isKnown: (bookmark?.position.reach ?? 0) > 0,
        )
        self.cursors[generation.number] = cursor
        self.identities[generation.identity] = generation.number
        if entry == nil, let place = lane.placeOfOriginal(of: generation) {
            cursor.await(lane.cursors[place])
            lane.cursors.insert(cursor, at: place + 1)
        } else {
            lane.cursors.append(cursor)
            // What is written from now on is wanted, even if the agent is away before there is anything
            // to deliver; and an original is forgotten sooner than its copy.
            if entry == nil, let bookmark, self.settings.looksOn == nil {
                self.checkpoints.set(generation, bookmark)
            }
        }
        self.touched.insert(generation.number)
        self.awaitName(of: lane, generation.origin)
        self.enqueue(lane)
    }

    /// The place at an offset, where nothing was read so far.
    private func begin(_ generation: LogGeneration, at offset: Int64) -> LogBookmark {
        var bookmark = LogBookmark(LogPosition(offset))
        if self.settings.looksOn == nil {
            bookmark.marker = generation.content.makeReader(at: bookmark).marker(at: offset)
        }
        return bookmark
    }

    /// Where to start in a rotated file that is a copy of one that the sink knows.
    ///
    /// logrotate's `copytruncate` makes one: the same bytes, up to where the sink is, in another
    /// inode. What was not read before the truncation is found in the copy.
    private func bookmarkOfCopy(_ generation: LogGeneration) -> LogBookmark? {
        if !generation.phase.isPast { return nil }
        return generation.content.furthest(
            of: self.checkpoints.bookmarks(like: generation.identity)
        )
    }

    /// Lets copies of a generation go on where that has come to its end.
    func handOver(_ original: LogCursor) {
        let lane = original.lane
        for copy in lane.cursors where copy.original === original {
            let place = copy.place(behind: original)
            copy.takeOver(at: place)
            // Written down before the original is forgotten.
            if place.position.resume > 0 { self.checkpoints.set(copy.generation, place) }
            self.enqueue(lane)
        }
    }

    /// Where the line begins that is being written now, for whoever looks on from here.
    private func lastLine(of generation: LogGeneration) -> LogBookmark {
        let start = max(0, generation.size - Int64(Self.lastLineReach))
        let reader = generation.content.makeReader(at: LogBookmark(LogPosition(start)))
        var assembly = LineAssembly()
        self.batch.removeAll()
        let read = try? reader.read(
            into: &self.batch,
            with: &assembly,
            limit: Self.lastLineReach + 1,
            isFinal: false,
        )
        guard let read else { return LogBookmark(LogPosition(generation.size)) }
        return LogBookmark(LogPosition(reader.offset), marker: read.marker)
    }

    /// How far before a file's end a line may begin; a longer one is seen in part.
    private static let lastLineReach = 32 << 10

    /// Two sources found one file: it is read once.
    private func refuse(_ generation: LogGeneration, readAs other: Int) {
        if self.settings.looksOn != nil { return }
        generation.reportDrained(by: self.settings.name, at: .max)
        self.logger.warning(
            "a log file is found by two sources; it is read once",
            metadata: [
                "file": "\(generation.path)",
                "also": "\(self.cursors[other]?.generation.path ?? "-")",
                "sink": "\(self.settings.name)",
            ],
        )
    }
}

extension LogLane {
    /// Which of the cursors reads what a new rotated file is a copy of, if any.
    ///
    /// It begins in the same way and still has its name: a file that is renamed is no copy.
    fileprivate func placeOfOriginal(of generation: LogGeneration) -> Int? {
        if case .catchUp(let files) = generation.start {
            return self.cursors.firstIndex { $0.generation.number == files.original }
        }
        if !generation.phase.isPast || generation.start != .beginning { return nil }
        return self.cursors.firstIndex { cursor in
            let phase = cursor.generation.phase
            return cursor.original == nil && (phase == .live || phase == .truncated)
                && cursor.generation.identity.fingerprint == generation.identity.fingerprint
        }
    }
}
