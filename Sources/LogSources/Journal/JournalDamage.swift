import Host

/// The files of a journal that a sink could not read to their end.
struct JournalDamage {
    /// The numbers of each file's entries when it was left, by the file's id.
    private var ranges: [String: ClosedRange<Int64>] = [:]

    /// The highest number of an entry that may have been in them.
    var last: Int64? { self.ranges.values.map(\.upperBound).max() }

    /// The file could not be read on.
    mutating func add(_ file: JournalFile) {
        self.ranges[file.header.fileID] = file.header.head...file.header.tail
    }

    /// Whether reading the file is of no use: nothing has been added since it was left.
    func forbids(_ file: JournalFile) -> Bool {
        guard let range = self.ranges[file.header.fileID] else { return false }
        return file.header.tail <= range.upperBound
    }

    /// Forgets files that are gone, and passed.
    mutating func forget(below number: Int64, but files: [JournalFile]) {
        if self.ranges.isEmpty { return }
        self.ranges = self.ranges.filter { id, range in
            range.upperBound >= number || files.contains { $0.header.fileID == id }
        }
    }

    /// How many of these numbers may have been in damaged files.
    func overlap(_ numbers: Range<Int64>) -> Int64 {
        var count: Int64 = 0
        var reached = numbers.lowerBound
        for range in self.ranges.values.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            let end = min(range.upperBound + 1, numbers.upperBound)
            count += max(0, end - max(range.lowerBound, reached))
            reached = max(reached, end)
        }
        return count
    }
}
