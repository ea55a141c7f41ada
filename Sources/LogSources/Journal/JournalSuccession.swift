import Host

/// Notices when journald moves a journal from the volatile folder to the persistent one.
///
/// Once there is a place on disk (`journalctl --flush`) it writes the entries down again there, in a
/// sequence of its own, and deletes the files in memory. They are the same entries: of the same start
/// of the machine and the same moment after it. Source: systemd, `server_flush_to_var`.
struct JournalSuccession {
    /// Where a sequence ended when it was looked at last.
    private struct End {
        let bootID: String
        let monotonic: UInt64
        let seenAt: Int64
    }

    /// Where to begin in a sequence that has just been found.
    enum Beginning: Sendable, Hashable {
        /// At its first entry.
        case first
        /// Behind the entry of this number; those up to it were read in another sequence.
        case behind(Int64)
        /// Not yet: entries are still being moved.
        case later
    }

    /// How long entries may take to be moved, and a sequence that is gone is remembered.
    private static let limit: Int64 = 30_000_000_000

    private var ends: [String: End] = [:]
    /// When sequences were found that have not begun yet.
    private var found: [String: Int64] = [:]

    /// A sequence that is read has these files now.
    mutating func note(_ id: String, _ files: [JournalFile], at now: Int64) {
        self.found[id] = nil
        guard let last = files.max(by: { $0.header.tail < $1.header.tail })?.header else { return }
        self.ends[id] = End(bootID: last.bootID, monotonic: last.tailMonotonic, seenAt: now)
    }

    /// Forgets what was seen long ago.
    mutating func forget(at now: Int64) {
        self.ends = self.ends.filter { now - $0.value.seenAt < Self.limit }
        self.found = self.found.filter { now - $0.value < 2 * Self.limit }
    }

    /// Where to begin in a new sequence; `find` looks for the entry of a moment in a file.
    mutating func beginning(
        of id: String,
        _ files: [JournalFile],
        at now: Int64,
        find: (JournalFile, _ bootID: String, _ monotonic: UInt64) -> Int64?,
    ) -> Beginning {
        let last = files.max { $0.header.tail < $1.header.tail }?.header
        var isBehind = false
        for end in self.ends.values where last?.bootID == end.bootID {
            let numbers = files.compactMap { find($0, end.bootID, end.monotonic) }
            if let number = numbers.max() { return .behind(number) }
            if let last, last.tailMonotonic < end.monotonic { isBehind = true }
        }
        let since = self.found[id] ?? now
        self.found[id] = since
        return isBehind && now - since < Self.limit ? .later : .first
    }
}
