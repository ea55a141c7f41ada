import Codecs
import Telemetry

// Lines whose end never comes, and generations that come to theirs.
extension LogPump {
    /// Completes lines that have waited for their end for long enough.
    func flushWaiting(_ request: LogRequest) {
        if self.waitingLanes.isEmpty { return }
        let now = self.clock.monotonicNanoseconds
        for key in self.waitingLanes {
            guard let lane = self.lanes[key] else {
                self.waitingLanes.remove(key)
                continue
            }
            if lane.nextCursor != nil || !self.hasRoom(request) { continue }
            if self.stopping.isFinishing { lane.assembly.joiner?.patience = Self.lastPatience }
            self.flush(lane, now, request)
        }
    }

    /// Completes what waits in a lane of which everything was read, as far as its time has come.
    ///
    /// An agent that had no time for so long may find the rest where it left off, or in a file that it
    /// has not heard of. So sources are asked first whether they have told of everything, and then all
    /// files are read once more: what was told by then is among them.
    private func flush(_ lane: LogLane, _ now: Int64, _ request: LogRequest) {
        let lineDue = lane.lastReadAt + self.settings.partialTimeout.nanoseconds
        let recordDue = lane.assembly.nextDue ?? .max
        let due = max(lineDue <= now ? lineDue : .min, recordDue <= now ? recordDue : .min)
        if due == .min { return }
        if lane.lookedAgainAt < due {
            let isLate = now - due > Self.punctuality && !self.stopping.isFinishing
            let isOfLine = lane.assembly.hasWaitingLines && lineDue <= now
            if isLate || isOfLine, !lane.isFollowed(upTo: due) { return }
            lane.lookAgain()
            lane.lookedAgainAt = now
            self.enqueue(lane)
            return
        }
        if lineDue <= lane.lookedAgainAt, !lane.assembly.isInsideLine {
            self.completeLines(in: lane, request)
        }
        self.endRecords(in: lane, request, dueBy: lane.lookedAgainAt)
    }

    /// How late a pump may be whose sources are taken to be up to date as well.
    private static let punctuality: Int64 = 500_000_000

    /// Completes lines of other files that do not go on in this one.
    ///
    /// A restarted container does not go on with the lines of the one before. And where a checkpoint
    /// has lost a file, but knows that the next one was read, the end of its last line was read, too;
    /// that is so of files of an earlier life only.
    func completeEndedLines(before cursor: LogCursor, _ request: LogRequest) {
        let lane = cursor.lane
        if !lane.assembly.isWaiting { return }
        let attempt = cursor.generation.origin.attempt
        let isResumed =
            cursor.start > 0 && !cursor.isBegun && cursor.generation.isFoundAtStart
        for file in lane.assembly.files where file != cursor.generation.number {
            // A file is not let go of while a line of it waits.
            guard let other = self.cursors[file] else { continue }
            let isEnded = other.generation.origin.attempt < attempt
            let isLost = isResumed && !other.isKnown && other.generation.isFoundAtStart
            if isEnded || isLost {
                self.completeWaiting(in: lane, file: file, request)
            }
        }
    }

    /// Makes records of what waits, as far as it came; of what is in `file` if it is given.
    private func completeWaiting(in lane: LogLane, file: Int? = nil, _ request: LogRequest) {
        self.completeLines(in: lane, file: file, request)
        self.endRecords(in: lane, file: file, request)
    }

    /// Takes lines that wait for whole.
    private func completeLines(in lane: LogLane, file: Int? = nil, _ request: LogRequest) {
        while let last = lane.assembly.lastFile(ofLinesIn: file) {
            self.batch.removeAll()
            lane.assembly.completeLines(endingIn: last, into: &self.batch.table)
            self.appendFinished(of: lane, request)
            self.appendCompleted(of: last, request, carried: lane.assembly.takeCarried())
        }
    }

    /// Appends a batch of records that were completed without a read of the file they ended in.
    func appendCompleted(of file: Int, _ request: LogRequest, carried: [LineAssembly.Part]) {
        // A file is not let go of while a line of it waits.
        guard let cursor = self.cursors[file] else { return }
        self.batch.origin = self.origin(of: cursor)
        self.batch.contentKey = cursor.generation.contentKey
        cursor.account.take(.init(records: self.batch.table.records.count))
        self.touched.insert(file)
        self.append(to: request, cursor, marker: 0, carried: carried)
    }

    /// Takes leave of a generation to which nothing will be added.
    func close(_ cursor: LogCursor, _ request: LogRequest) {
        self.completeWaiting(in: cursor.lane, file: cursor.generation.number, request)
        let generation = cursor.generation
        let left = generation.content.extent(from: cursor.unread, size: generation.size)
        if left != .init() {
            cursor.account.miss(left, generation.phase.loss)
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
        if cursor.isForgotten { self.checkpoints.forget(generation.identity) }
        if lane.cursors.isEmpty, !lane.isQueued {
            self.lanes[lane.key] = nil
            self.waitingLanes.remove(lane.key)
        }
    }
}
