import Codecs
import Telemetry

// Lines whose end never comes, and generations that come to theirs.
extension LogPump {
    /// Completes lines that have waited for their end for long enough.
    func flushWaiting(_ request: LogRequest) {
        if self.waitingLanes.isEmpty { return }
        let limit = self.clock.monotonicNanoseconds - self.settings.partialTimeout.nanoseconds
        for key in self.waitingLanes {
            guard let lane = self.lanes[key] else {
                self.waitingLanes.remove(key)
                continue
            }
            let isIdle = lane.lastReadAt <= limit && lane.nextCursor == nil
            if isIdle, !lane.assembly.isInsideLine, self.hasRoom(request) {
                self.completeWaiting(in: lane, request)
            }
        }
    }

    /// Completes lines of other files that do not go on in this one.
    ///
    /// A restarted container does not go on with the lines of the one before. Nor does a line go on
    /// where the sink was already when it began, unless a checkpoint has lost the file before.
    func completeEndedLines(before cursor: LogCursor, _ request: LogRequest) {
        let lane = cursor.lane
        if !lane.assembly.isWaiting { return }
        let attempt = cursor.generation.origin.attempt
        let isResumed = cursor.start > 0 && !cursor.isBegun
        for file in lane.assembly.files where file != cursor.generation.number {
            // A file is not let go of while a line of it waits.
            guard let other = self.cursors[file]?.generation.origin.attempt else { continue }
            if isResumed || other < attempt { self.completeWaiting(in: lane, file: file, request) }
        }
    }

    /// Makes records of the lines that wait, as far as they came; of those in `file` if it is given.
    private func completeWaiting(in lane: LogLane, file: Int? = nil, _ request: LogRequest) {
        while let last = lane.assembly.lastFile(ofLinesIn: file) {
            self.batch.removeAll()
            lane.assembly.completeLines(endingIn: last, into: &self.batch.table)
            // A file is not let go of while a line of it waits.
            guard let cursor = self.cursors[last] else { continue }
            self.batch.origin = self.origin(of: cursor)
            self.batch.contentKey = cursor.generation.contentKey
            cursor.account.take(.init(records: self.batch.table.records.count))
            self.touched.insert(last)
            self.append(to: request, cursor, marker: 0)
        }
    }

    /// Takes leave of a generation to which nothing will be added.
    func close(_ cursor: LogCursor, _ request: LogRequest) {
        self.completeWaiting(in: cursor.lane, file: cursor.generation.number, request)
        // What a copy has is read there.
        let copies = cursor.lane.cursors.filter { $0.original === cursor }
        let start = copies.reduce(cursor.reader.offset) { max($0, $1.generation.size) }
        let left = cursor.generation.size - start
        if left > 0 {
            cursor.account.miss(.init(bytes: Int(left)), cursor.generation.phase.loss)
        }
        cursor.isClosed = true
        self.touched.insert(cursor.generation.number)
    }

    /// Lets go of a closed generation once nothing of it is under way.
    func releaseIfDone(_ cursor: LogCursor) {
        guard cursor.isClosed, cursor.outstanding == 0 else { return }
        let generation = cursor.generation
        let lane = cursor.lane
        self.handOver(cursor)
        self.ledger.close(generation, sink: self.settings.name, cursor.account)
        self.cursors[generation.number] = nil
        self.touched.remove(generation.number)
        lane.cursors.removeAll { $0 === cursor }
        if cursor.isForgotten { self.forget(generation, of: lane) }
        if lane.cursors.isEmpty, !lane.isQueued {
            self.lanes[lane.key] = nil
            self.waitingLanes.remove(lane.key)
        }
    }

    /// Of how many names the content that was truncated last stays known.
    private static let truncatedLimit = 1000

    /// Forgets a content that is gone; the last one that was truncated stays known for a while, since
    /// a copy of it may be found later.
    private func forget(_ generation: LogGeneration, of lane: LogLane) {
        var gone: LogIdentity? = generation.identity
        if generation.phase == .truncated {
            gone = self.truncated.updateValue(generation.identity, forKey: lane.key)
            if self.truncated.count > Self.truncatedLimit {
                gone = self.truncated.popFirst()?.value
            }
        }
        if let gone { self.checkpoints.forget(gone) }
    }
}
