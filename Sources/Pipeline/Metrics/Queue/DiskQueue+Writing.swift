import Bytes
import Glibc
import Host

extension DiskQueue {
    /// Appends a block, giving up the oldest segments for it where there is no room.
    ///
    /// One that is being sent at the same time counts as taken.
    ///
    /// - Returns: Its record's number; nil when it is larger than the queue may be.
    mutating func append(
        _ block: SampleBlock,
        isTaken: Bool = false,
    ) throws(QueueFileError) -> UInt64? {
        let record = QueueRecord(block, number: self.nextNumber)
        if record.size > self.options.maxBytes {
            if !isTaken { self.losses.full.add(record) }
            return nil
        }
        while self.fileBytes + record.size > self.options.maxBytes { self.dropOldest() }
        do throws(QueueFileError) {
            try self.write(record, block.payload, isTaken: isTaken)
        } catch {
            self.leaveWriter()
            if error.code == .noSuchFile { try self.forgetVanished() }
            throw error
        }
        self.nextNumber += 1
        self.isUnsynced = true
        return record.number
    }

    private mutating func write(
        _ record: QueueRecord,
        _ payload: Payload,
        isTaken: Bool,
    ) throws(QueueFileError) {
        let file = try self.writer(for: record.size)
        let offset = file.count
        var header = OutputBuffer(capacity: QueueRecord.headerLength)
        record.append(to: &header)
        try file.append(header, payload.bytes)
        let last = self.segments.count - 1
        self.segments[last].end = record.number + 1
        self.segments[last].bytes += record.size
        self.segments[last].oldest = min(self.segments[last].oldest, record.oldest)
        self.segments[last].newest = max(self.segments[last].newest, record.newest)
        if isTaken {
            self.segments[last].taken += 1
            self.taken[record.number] = self.segments[last].number
            return
        }
        self.segments[last].waiting.add(record)
        if self.reader?.segment == self.segments[last].number {
            self.reader?.places.append(QueueScan.Place(record: record, offset: offset))
        }
    }

    /// The segment that takes `size` more bytes.
    private mutating func writer(for size: Int) throws(QueueFileError) -> SegmentFile {
        if let writer = self.writer, writer.count == 0 || writer.count + size <= self.segmentLimit {
            return writer
        }
        if let full = self.writer { try full.sync() }
        // Each try has a number of its own: a file of that name that nobody knows is left alone.
        let number = self.nextSegment
        self.nextSegment += 1
        let file = try SegmentFile(creating: self.folder.segment(number))
        self.writer = file
        self.segments.append(
            Segment(number: number, first: self.nextNumber, end: self.nextNumber, bytes: 0)
        )
        self.folder.sync()
        return file
    }

    /// Begins a new segment with the next record; one without records goes.
    private mutating func leaveWriter() {
        let isEmpty = self.writer != nil && self.segments.last?.bytes == 0
        self.writer = nil
        if isEmpty { self.remove(self.segments.count - 1) }
    }

    /// Gives up the segments whose files are gone, and makes the folder anew.
    mutating func forgetVanished() throws(QueueFileError) {
        self.leaveWriter()
        for index in self.segments.indices.reversed() {
            let segment = self.segments[index]
            if unsafe access(self.folder.segment(segment.number), F_OK) == 0 { continue }
            self.losses.damaged.add(segment.waiting)
            self.losses.damagedBytes += segment.bytes
            self.losses.orphaned += self.forgetTaken(of: segment.number)
            self.remove(index)
        }
        try self.folder.open()
    }

    /// Brings to the disk what is due.
    mutating func tend(monotonic now: Int64, all: Bool = false) throws(QueueFileError) {
        if self.isUnsynced, all || now >= self.nextSync {
            self.isUnsynced = false
            self.nextSync = now + Self.syncNanoseconds
            try self.writer?.sync()
        }
        if self.isCursorStale, all || now >= self.nextCursor {
            self.nextCursor = now + Self.syncNanoseconds
            do throws(QueueFileError) {
                try self.folder.write(self.cursor)
                self.isCursorStale = false
            } catch {
                // Without it more is sent again after a restart, and nothing else.
                if error.code == .noSuchFile { try self.forgetVanished() }
                throw error
            }
        }
    }
}
