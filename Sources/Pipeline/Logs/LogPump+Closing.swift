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

    /// A restarted container does not go on with the lines of the one before.
    func completeEarlierAttempts(before cursor: LogCursor, _ request: LogRequest) {
        let lane = cursor.lane
        if !lane.assembly.isWaiting { return }
        let attempt = cursor.generation.origin.attempt
        for file in lane.assembly.files {
            // A file is not let go of while a line of it waits.
            guard let other = self.cursors[file]?.generation.origin.attempt else { continue }
            if other < attempt { self.completeWaiting(in: lane, file: file, request) }
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
        let left = cursor.generation.size - cursor.reader.offset
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
        self.ledger.close(generation, sink: self.settings.name, cursor.account)
        self.cursors[generation.number] = nil
        self.touched.remove(generation.number)
        lane.cursors.removeAll { $0 === cursor }
        if cursor.isForgotten { self.checkpoints.forget(generation.identity) }
        if lane.cursors.isEmpty, !lane.isQueued {
            self.lanes[lane.key] = nil
            self.waitingLanes.remove(lane.key)
        }
    }
}
