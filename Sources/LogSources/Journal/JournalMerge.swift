import Host

/// Some open files of a journal, whose entries come in the order of their numbers.
struct JournalMerge {
    /// What comes next.
    enum Next {
        /// The entry of this number, in the file at this index.
        case entry(Int64, Int)
        /// Nothing more now.
        case end
        /// The file at this index can't be read on.
        case damaged(Int, HostError)
    }

    private enum Place {
        /// Somewhere: it has to be looked for.
        case unknown
        /// Before the next entry.
        case between
        case entry(Int64)
        case end
    }

    private struct Member {
        let file: JournalFile
        let handle: JournalHandle
        var place = Place.unknown
        /// What was read since its contents were mapped.
        var bytes = 0
    }

    /// A file's contents are mapped anew after so many bytes, so that they don't stay in memory.
    private static let mappedLimit = 4 << 20
    /// What may stay in memory of a file that was read to its end.
    private static let restingLimit = 512 << 10

    private var members: [Member] = []

    var isEmpty: Bool { self.members.isEmpty }

    /// The highest number that the files had when they were opened.
    var lastNumber: Int64? { self.members.map(\.file.header.tail).max() }

    mutating func add(_ file: JournalFile, _ handle: JournalHandle) {
        self.members.append(Member(file: file, handle: handle))
    }

    mutating func remove(_ index: Int) -> JournalFile { self.members.remove(at: index).file }

    func handle(_ index: Int) -> JournalHandle { self.members[index].handle }

    /// Keeps files that have no name any more and are not read to their end; closes the others.
    mutating func keepDeleted(but files: [JournalFile]) {
        self.members.removeAll { member in
            if case .end = member.place { return true }
            return files.contains { $0.isSame(as: member.file) }
        }
    }

    /// Closes files that have no name any more and are read to their end.
    mutating func closeRead(but files: [JournalFile]) {
        self.members.removeAll { member in
            guard case .end = member.place else { return false }
            return !files.contains { $0.isSame(as: member.file) }
        }
    }

    /// Has files that were at their end looked at again.
    ///
    /// They are searched: libsystemd overlooks an entry that it met before its fields led to it.
    mutating func lookAgain() {
        for index in self.members.indices {
            if case .end = self.members[index].place { self.members[index].place = .unknown }
        }
    }

    /// Goes to the entry of the lowest number that is `offset` or higher.
    mutating func next(from offset: Int64) -> Next {
        var found: (number: Int64, index: Int)?
        for index in self.members.indices {
            do throws(HostError) {
                let number = try self.place(index, from: offset)
                if let number, number < found?.number ?? .max { found = (number, index) }
            } catch {
                return .damaged(index, error)
            }
        }
        return found.map { .entry($0.number, $0.index) } ?? .end
    }

    /// The entry that `next` has found was taken; it had so many bytes.
    mutating func pass(_ index: Int, bytes: Int) {
        self.members[index].place = .between
        self.members[index].bytes += bytes
        if self.members[index].bytes > Self.mappedLimit { self.members[index].place = .unknown }
    }

    /// The number of a file's next entry; nil at its end.
    private mutating func place(
        _ index: Int,
        from offset: Int64,
    ) throws(HostError) -> Int64? {
        let handle = self.members[index].handle
        switch self.members[index].place {
        case .end: return nil
        case .entry(let number) where number >= offset: return number
        case .unknown: try self.seek(index, to: offset, above: Self.mappedLimit)
        case .between, .entry: break
        }
        while let number = try handle.next() {
            if number < offset { continue }
            self.members[index].place = .entry(number)
            return number
        }
        try self.seek(index, to: offset, above: Self.restingLimit)
        self.members[index].place = .end
        return nil
    }

    private mutating func seek(
        _ index: Int,
        to offset: Int64,
        above limit: Int,
    ) throws(HostError) {
        let isFresh = self.members[index].bytes > limit
        try self.members[index].handle.seek(to: offset, isFresh: isFresh)
        if isFresh { self.members[index].bytes = 0 }
    }
}
