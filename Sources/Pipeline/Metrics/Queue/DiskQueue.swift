import Bytes
import Glibc

/// Blocks of one receiver on disk, in the order they were written.
///
/// Segments are read from the front, or with `newest_first` from the back; a segment is removed when
/// all its records are settled. What is known of a segment in memory is a summary, so that a full
/// queue costs no more memory than a short one; the records of the one being read are listed.
///
/// Everything written is in the page cache at once, so a killed process loses none of it; it is
/// synced once a second while writing goes on, so a lost machine loses that much. Everything here
/// blocks: it runs on a thread of its own.
struct DiskQueue: ~Copyable {
    /// What is known of a segment.
    struct Segment: Sendable {
        let number: UInt64
        /// The number of its first record.
        let first: UInt64
        /// The number after its last record.
        var end: UInt64
        /// The bytes of the file.
        var bytes: Int
        /// Records that nobody has taken.
        var waiting = QueueTally()
        /// Records that were taken and are not settled.
        var taken = 0
        var oldest = Int64.max
        var newest = Int64.min
        var damagedBytes = 0
    }

    /// What was given up since this was last asked.
    struct Losses: Sendable, Equatable {
        /// Without room.
        var full = QueueTally()
        /// Beyond an age limit.
        var tooOld = QueueTally()
        /// Known, but not readable any more.
        var damaged = QueueTally()
        /// Bytes that make no sense, those of `damaged` included.
        var damagedBytes = 0
        /// Taken records that went with the oldest segment, for want of room.
        var expelled: [UInt64] = []
        /// Taken records whose file is gone.
        var orphaned: [UInt64] = []
        /// Nothing was known of what had been sent.
        var isCursorDamaged = false
        /// A segment that could not be read and was left where it is.
        var unreadable: QueueFileError?

        static func == (left: Losses, right: Losses) -> Bool {
            left.full == right.full && left.tooOld == right.tooOld
                && left.damaged == right.damaged && left.damagedBytes == right.damagedBytes
        }
    }

    /// The segment being read and what of it waits.
    struct Reader {
        let segment: UInt64
        let file: SegmentFile
        var places: [QueueScan.Place]
        /// Those before are taken.
        var next = 0
    }

    /// How often what was written is brought to the disk, and the cursor replaced.
    static let syncNanoseconds: Int64 = 1_000_000_000

    let options: DiskQueueOptions
    /// Milliseconds after which a sample is not worth sending; 0 for no limit.
    let ageLimit: Int64
    let segmentLimit: Int
    var folder: QueueFolder
    var cursor = QueueCursor()
    /// In the order of their numbers; never many, since each has a size.
    var segments: [Segment] = []
    var writer: SegmentFile?
    var reader: Reader?
    /// By a taken record's number, its segment's.
    var taken: [UInt64: UInt64] = [:]
    var losses = Losses()
    var nextNumber: UInt64 = 0
    var nextSegment: UInt64 = 1
    var isUnsynced = false
    var isCursorStale = false
    var nextSync: Int64 = 0
    var nextCursor: Int64 = 0

    /// Names the folder; nothing is opened.
    init(folder: String, options: DiskQueueOptions, sampleAgeLimit: Duration) {
        self.folder = QueueFolder(path: folder)
        self.options = options
        let limits = [options.maxAge, sampleAgeLimit].filter { $0 > .zero }
        self.ageLimit = (limits.min()?.nanoseconds ?? 0) / 1_000_000
        self.segmentLimit = min(DiskQueueOptions.segmentLimit, options.maxBytes / 8)
    }

    /// Records that nobody has taken.
    var waiting: QueueTally {
        self.segments.reduce(into: QueueTally()) { $0.add($1.waiting) }
    }

    /// The bytes of all segments.
    var fileBytes: Int { self.segments.reduce(0) { $0 + $1.bytes } }

    /// The time of the oldest sample that waits, or of one a little older; nil when none does.
    var oldestTime: Int64? {
        if let reader = self.reader, self.options.order == .oldestFirst,
            reader.next < reader.places.count
        {
            return reader.places[reader.next].record.oldest
        }
        return self.segments.filter { $0.waiting.blocks > 0 }.map(\.oldest).min()
    }

    /// When `tend` has something to do, in monotonic nanoseconds; nil for never.
    var nextTend: Int64? {
        switch (self.isUnsynced, self.isCursorStale) {
        case (true, true): min(self.nextSync, self.nextCursor)
        case (true, false): self.nextSync
        case (false, true): self.nextCursor
        case (false, false): nil
        }
    }

    // MARK: Opening

    /// Takes the folder and finds what an earlier process has left.
    ///
    /// - Returns: What waits or was found damaged, which had been handed over earlier.
    mutating func open() throws(QueueFileError) -> QueueTally {
        try self.folder.open()
        self.segments = []
        if let cursor = try self.folder.readCursor() {
            self.cursor = cursor
        } else {
            // What it said is forgotten, so that it can't call what is written from now on settled.
            self.losses.isCursorDamaged = true
            try self.folder.write(self.cursor)
        }
        for number in try self.folder.segments() {
            self.nextSegment = max(self.nextSegment, number + 1)
            do throws(QueueFileError) {
                try self.adopt(number)
            } catch {
                self.losses.unreadable = error
            }
        }
        self.nextNumber = max(self.nextNumber, self.cursor.end)
        while self.fileBytes > self.options.maxBytes { self.dropOldest() }
        var found = self.waiting
        found.add(self.losses.full)
        found.add(self.losses.damaged)
        return found
    }

    /// Takes over a segment that an earlier process has left.
    private mutating func adopt(_ number: UInt64) throws(QueueFileError) {
        let file = try SegmentFile(reading: self.folder.segment(number))
        let scan = QueueScan(file)
        if let failure = scan.failure { throw failure }
        for record in scan.cut where !self.cursor.contains(record.number) {
            self.losses.damaged.add(record)
        }
        var segment = Segment(
            number: number,
            first: scan.places.first?.record.number ?? self.nextNumber,
            end: scan.places.last.map { $0.record.number + 1 } ?? self.nextNumber,
            bytes: file.count,
        )
        var last: UInt64?
        for place in scan.places where !self.cursor.contains(place.record.number) {
            segment.waiting.add(place.record)
            segment.oldest = min(segment.oldest, place.record.oldest)
            segment.newest = max(segment.newest, place.record.newest)
            // Numbers are given without gaps: one that is missing was lost.
            let number = place.record.number
            if let last, number > last + 1, !self.cursor.contains(last + 1) {
                let known = scan.cut.filter { $0.number > last && $0.number < number }.count
                self.losses.damaged.blocks += Int(clamping: number - last - 1) - known
            }
            last = number
        }
        segment.damagedBytes = scan.damagedBytes
        self.losses.damagedBytes += scan.damagedBytes
        self.nextNumber = max(self.nextNumber, segment.end)
        if segment.waiting.blocks > 0 {
            self.segments.append(segment)
        } else {
            self.folder.remove(number)
        }
    }

    /// What was given up since this was last asked.
    mutating func takeLosses() -> Losses {
        defer { self.losses = Losses() }
        return self.losses
    }

    // MARK: Segments

    /// Notes that a record needs no sending any more.
    mutating func settle(_ number: UInt64, in index: Int) {
        self.cursor.settle(number)
        self.isCursorStale = true
        let segment = self.segments[index]
        if segment.waiting.blocks == 0, segment.taken == 0 { self.remove(index) }
    }

    /// Removes a segment with all that is in it.
    mutating func remove(_ index: Int) {
        let segment = self.segments.remove(at: index)
        if self.reader?.segment == segment.number { self.reader = nil }
        if index == self.segments.count { self.writer = nil }
        self.folder.remove(segment.number)
        self.cursor.advance(to: self.segments.first?.first ?? self.nextNumber)
        self.isCursorStale = true
    }

    /// Gives up the oldest segment to make room.
    mutating func dropOldest() {
        guard let oldest = self.segments.first else { return }
        self.losses.full.add(oldest.waiting)
        self.losses.expelled += self.forgetTaken(of: oldest.number)
        self.remove(0)
    }

    /// Gives up segments that hold nothing young enough.
    mutating func expire(wall now: Int64) {
        if self.ageLimit == 0 { return }
        for index in self.segments.indices.reversed() {
            let segment = self.segments[index]
            guard segment.taken == 0, now - segment.newest > self.ageLimit else { continue }
            self.losses.tooOld.add(segment.waiting)
            self.remove(index)
        }
    }

    /// Forgets which records of a segment were taken, since it goes.
    mutating func forgetTaken(of segment: UInt64) -> [UInt64] {
        let numbers = self.taken.filter { $0.value == segment }.map(\.key)
        for number in numbers { self.taken[number] = nil }
        return numbers.sorted()
    }
}
