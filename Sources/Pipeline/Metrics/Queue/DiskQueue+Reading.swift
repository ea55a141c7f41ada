import Bytes

extension DiskQueue {
    /// Takes the next block that waits; nil when none does.
    ///
    /// Records that are damaged or too old are passed over and noted in `losses`. `now` is
    /// milliseconds since 1970.
    mutating func take(wall now: Int64) -> SampleBlock? {
        while let index = self.nextIndex {
            if self.reader?.segment != self.segments[index].number, !self.load(index) { continue }
            guard let place = self.nextPlace() else {
                self.abandon(index)
                continue
            }
            let record = place.record
            self.segments[index].waiting.remove(record)
            if self.ageLimit > 0, now - record.newest > self.ageLimit {
                self.losses.tooOld.add(record)
            } else if let block = self.read(place) {
                self.taken[record.number] = self.segments[index].number
                self.segments[index].taken += 1
                return block
            } else {
                self.losses.damaged.add(record)
                self.losses.damagedBytes += record.size
            }
            self.settle(record.number, in: index)
        }
        return nil
    }

    /// Notes that a taken record needs no sending any more.
    mutating func acknowledge(_ number: UInt64) {
        guard let segment = self.taken.removeValue(forKey: number),
            let index = self.segments.firstIndex(where: { $0.number == segment })
        else { return }
        self.segments[index].taken -= 1
        self.settle(number, in: index)
    }

    private var nextIndex: Int? {
        switch self.options.order {
        case .oldestFirst: self.segments.firstIndex { $0.waiting.blocks > 0 }
        case .newestFirst: self.segments.lastIndex { $0.waiting.blocks > 0 }
        }
    }

    private mutating func nextPlace() -> QueueScan.Place? {
        // A copy of the reader would make its list be copied as well.
        guard let next = self.reader?.next, let count = self.reader?.places.count, next < count
        else { return nil }
        switch self.options.order {
        case .oldestFirst:
            self.reader?.next += 1
            return self.reader?.places[next]
        case .newestFirst:
            return self.reader?.places.removeLast()
        }
    }

    /// Lists what waits in a segment; false when it can't be read and was given up.
    private mutating func load(_ index: Int) -> Bool {
        let segment = self.segments[index]
        self.reader = nil
        let file: SegmentFile
        do throws(QueueFileError) {
            if index == self.segments.count - 1, let writer = self.writer {
                file = writer
            } else {
                file = try SegmentFile(reading: self.folder.segment(segment.number))
            }
        } catch {
            self.abandon(index)
            return false
        }
        let scan = QueueScan(file)
        let places = scan.places.filter { place in
            let number = place.record.number
            return number >= segment.first && number < segment.end
                && !self.cursor.contains(number) && self.taken[number] == nil
        }
        let damage = scan.damagedBytes - segment.damagedBytes
        if damage > 0 {
            self.losses.damagedBytes += damage
            self.segments[index].damagedBytes += damage
        }
        self.reader = Reader(segment: segment.number, file: file, places: places)
        return true
    }

    /// Gives up what waits in a segment, since it is not to be found there.
    private mutating func abandon(_ index: Int) {
        self.losses.damaged.add(self.segments[index].waiting)
        self.segments[index].waiting = QueueTally()
        if self.reader?.segment == self.segments[index].number { self.reader = nil }
        if self.segments[index].taken == 0 { self.remove(index) }
    }

    private func read(_ place: QueueScan.Place) -> SampleBlock? {
        guard let reader = self.reader else { return nil }
        let payload = Payload(capacity: place.record.length)
        do throws(QueueFileError) {
            try reader.file.read(
                at: place.offset + QueueRecord.headerLength,
                upTo: place.record.length,
                into: &payload.bytes,
            )
        } catch {
            return nil
        }
        guard place.record.matches(payload.bytes) else { return nil }
        return place.record.block(payload)
    }
}
