import Bytes
import Codecs
import Logging
import Telemetry

extension LogPump {
    /// The fewest bytes that are read at a time.
    private static let smallestRead = 32 << 10

    /// Hears what sources have found.
    func receive() {
        for event in self.mailbox.take() {
            switch event {
            case .added(let generation):
                self.open(generation)
            case .grew(let generation):
                guard let cursor = self.cursors[generation.number] else { continue }
                cursor.end = nil
                self.enqueue(cursor.lane)
            case .finished(let generation):
                guard let cursor = self.cursors[generation.number] else { continue }
                cursor.isFinished = true
                self.identities[generation.identity] = nil
                self.enqueue(cursor.lane)
            case .forgotten(let identity):
                let open = self.cursors.values.filter { $0.generation.identity == identity }
                for cursor in open { cursor.isForgotten = true }
                if open.isEmpty { self.checkpoints.forget(identity) }
            }
        }
        self.endWaits()
    }

    /// Gives every file another turn, in case it grew and nobody has said so yet.
    func lookAgain() {
        self.endWaits(now: true)
        for lane in self.lanes.values {
            lane.lookAgain()
            self.enqueue(lane)
        }
    }

    /// Whether another read fits the request.
    func hasRoom(_ request: LogRequest) -> Bool { self.room(request) > 0 }

    /// How many bytes of files still fit the request; 0 when it is full.
    private func room(_ request: LogRequest) -> Int {
        let bytes = self.options.maxRequestBytes - request.payload.bytes.count
        let room = Int(Double(bytes) / self.expansion)
        if request.isEmpty { return max(room, Self.smallestRead) }
        return room < Self.smallestRead ? 0 : room
    }

    /// Reads in turns until the request is full or there is nothing more.
    func fill(_ request: LogRequest) {
        while let lane = self.queue.first {
            if lane.deficit <= 0 { lane.deficit += self.settings.quantum * lane.weight }
            var cursor = lane.nextCursor
            while let current = cursor, lane.deficit > 0 {
                let room = self.room(request)
                if room == 0 { return }
                lane.deficit -= self.turn(current, limit: min(room, lane.deficit), request)
                cursor = lane.nextCursor
            }
            self.queue.finishTurn(hasMore: cursor != nil)
        }
    }

    /// Reads once from a generation; returns what counts against the container's turn.
    private func turn(_ cursor: LogCursor, limit: Int, _ request: LogRequest) -> Int {
        let lane = cursor.lane
        self.completeEndedLines(before: cursor, request)
        self.takeUpJoining(of: lane, request)
        cursor.isBegun = true
        let now = self.clock.monotonicNanoseconds
        lane.assembly.joiner?.now = now
        self.touched.insert(cursor.generation.number)
        let isFinal = cursor.end != nil
        self.batch.removeAll()
        self.batch.origin = self.origin(of: cursor)
        self.batch.contentKey = cursor.generation.contentKey
        do throws(LogReadError) {
            let read = try cursor.reader.read(
                into: &self.batch,
                with: &lane.assembly,
                limit: max(limit, Self.smallestRead),
                isFinal: isFinal,
            )
            cursor.end = read.end
            if read.lines.consumed > 0 { lane.lastReadAt = now }
            self.appendFinished(of: lane, request)
            self.count(read.lines, for: cursor)
            if read.expired != .init() { cursor.account.miss(read.expired, .expired) }
            if read.unreadable != .init() { cursor.account.miss(read.unreadable, .unreadable) }
            let carried = lane.assembly.takeCarried()
            self.append(to: request, cursor, marker: read.marker, carried: carried)
            if isFinal { self.close(cursor, request) }
            return read.lines.consumed - read.lines.holes + Self.readCost
        } catch {
            self.fail(cursor, error)
            if isFinal { self.close(cursor, request) }
            return Self.readCost
        }
    }

    /// What a read costs besides its bytes, so that turns end even where nothing is to be had.
    private static let readCost = 512

    /// Enters a read into the cursor's account.
    private func count(_ lines: LineDecoder.Result, for cursor: LogCursor) {
        let kept = lines.consumed - lines.skipped - lines.holes - lines.dropped
        let records = self.batch.table.records.count
        cursor.account.take(.init(bytes: kept, records: records))
        if lines.holes > 0 { cursor.account.filter(.init(bytes: lines.holes)) }
        if lines.dropped > 0 { cursor.account.miss(.init(bytes: lines.dropped), .cut) }
        if lines.truncated > 0 { self.meters.truncated.add(lines.truncated) }
        if lines.malformed > 0 { self.meters.malformed.add(lines.malformed) }
        if let joined = cursor.lane.assembly.joiner?.takeCounts() {
            self.meters.joining.joinedLines.add(joined.joined)
            self.meters.joining.dividedRecords.add(joined.limited)
        }
    }

    /// Writes the batch into the request and notes where that brings the lane's cursors.
    ///
    /// `carried` is what its records took from files before this one.
    func append(
        to request: LogRequest,
        _ cursor: LogCursor,
        marker: UInt64,
        carried: [LineAssembly.Part],
    ) {
        let lane = cursor.lane
        for part in carried where part.file != cursor.generation.number {
            self.cursors[part.file]?.account.move(bytes: part.bytes, to: &cursor.account)
            self.touched.insert(part.file)
        }
        if let program = lane.program {
            let result = program.run(on: &self.batch)
            cursor.account.leaveOut(result.filtered)
            cursor.account.limit(result.limited)
            cursor.account.take(.init(records: result.notices))
        }
        if !self.batch.table.records.isEmpty {
            if request.startedAt == nil { request.startedAt = self.clock.monotonicNanoseconds }
            let before = request.payload.bytes.count
            self.encoder.encode(self.batch, segment: request.segments.count, into: request)
            let written = request.payload.bytes.count - before
            if self.batch.input.count >= Self.smallestRead {
                let ratio = Double(written) / Double(self.batch.input.count)
                self.expansion = max(1, self.expansion * 0.75 + ratio * 0.25)
            }
            request.resent += self.resent(cursor)
        }
        self.addSegment(to: request, cursor, marker: marker, isRead: true)
        for other in lane.cursors where other !== cursor {
            self.addSegment(to: request, other, marker: 0, isRead: false)
        }
        if lane.assembly.isWaiting {
            self.waitingLanes.insert(lane.key)
        } else if self.waitingLanes.remove(lane.key) != nil {
            lane.assembly.rest()
        }
    }

    private func addSegment(
        to request: LogRequest,
        _ cursor: LogCursor,
        marker: UInt64,
        isRead: Bool,
    ) {
        let offset = cursor.reader.offset
        let number = cursor.generation.number
        let position = cursor.lane.assembly.position(in: number, consumed: offset)
        var records = 0
        var bytes = 0
        if isRead {
            records = self.batch.table.records.count
            bytes = self.batch.table.records.reduce(0) { $0 + Int($1.sourceBytes) }
        }
        if records == 0, position == cursor.taken.position { return }
        let isAtRead = position.resume == offset && marker != 0
        cursor.taken = LogBookmark(
            position,
            marker: isAtRead ? marker : cursor.reader.marker(at: position.resume),
        )
        cursor.outstanding += 1
        request.segments.append(
            .init(generation: number, end: cursor.taken, records: records, bytes: bytes)
        )
    }

    private func resent(_ cursor: LogCursor) -> Int {
        let limit = cursor.resentBelow
        guard let first = self.batch.table.records.first, first.offset < limit.reach else {
            return 0
        }
        return self.batch.table.records.reduce(0) { $0 + ($1.offset < limit[$1.stream] ? 1 : 0) }
    }

    private func fail(_ cursor: LogCursor, _ error: LogReadError) {
        cursor.end = max(cursor.end ?? 0, cursor.reader.offset)
        switch error {
        case .rewritten:
            cursor.generation.reportRewritten()
        case .failed(let message):
            self.meters.readErrors.add()
            if cursor.isErrorTold { return }
            cursor.isErrorTold = true
            self.logger.error(
                "a log file can't be read on",
                metadata: [
                    "file": "\(cursor.generation.path)",
                    "sink": "\(self.settings.name)",
                    "error": "\(message)",
                ],
            )
        }
    }
}
