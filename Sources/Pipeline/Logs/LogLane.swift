import Codecs
import Telemetry

/// How far one sink is in one generation; it lives on the pump's thread.
final class LogCursor {
    let generation: LogGeneration
    private(set) var reader: any LogReader
    unowned let lane: LogLane
    var account = LogAccount()
    /// Whether the checkpoint knew of something that was done of it.
    let isKnown: Bool
    /// Where reading began.
    private(set) var start: Int64
    /// Whether it had a turn.
    var isBegun = false
    /// Where the sink goes on once everything that was read is confirmed.
    var taken: LogBookmark
    /// Where the sink goes on after a restart.
    private(set) var confirmed: LogBookmark
    /// Where it went on before, each place twice as far as the one before it: a copy that was made
    /// earlier has got some of them.
    private var milestones: [LogBookmark] = []
    /// Below this, records were sent before a stop.
    var resentBelow: LogPosition
    /// Where the content ended when it was read to its end; nil while there is more to read.
    var end: Int64?
    /// Requests that carry something of it and are not settled.
    var outstanding = 0
    /// Nothing will be added to the content.
    var isFinished = false
    /// The last bytes, even without a line end, were taken.
    var isClosed = false
    /// Nothing need be remembered of it.
    var isForgotten = false
    /// Its error was told.
    var isErrorTold = false
    /// What it is a copy of, as long as that is still read: it goes on from there.
    private(set) var original: LogCursor?

    init(
        _ generation: LogGeneration,
        _ lane: LogLane,
        at bookmark: LogBookmark,
        resentBelow: LogPosition,
        isKnown: Bool,
    ) {
        self.isKnown = isKnown
        self.generation = generation
        self.lane = lane
        self.reader = generation.content.makeReader(at: bookmark)
        self.start = bookmark.position.resume
        self.taken = bookmark
        self.confirmed = bookmark
        self.resentBelow = resentBelow
    }

    /// Whether a turn has something to do here.
    var hasWork: Bool {
        self.original == nil && (self.end == nil || (self.isFinished && !self.isClosed))
    }

    /// Where what nobody reads begins, should the content be gone: what a copy has is read there.
    var unread: Int64 {
        let copies = self.lane.cursors.filter { $0.original === self }
        return copies.reduce(self.reader.offset) { max($0, $1.generation.size) }
    }

    /// Waits for the end of what it is a copy of.
    func await(_ original: LogCursor) { self.original = original }

    /// Everything before `bookmark` was confirmed.
    func confirm(_ bookmark: LogBookmark) {
        let last = self.milestones.last?.position.resume ?? 0
        if self.confirmed.marker != 0, self.confirmed.position.resume >= 2 * last {
            self.milestones.append(self.confirmed)
        }
        self.confirmed = bookmark
    }

    /// Where to go on in a copy of what has come to its end.
    func place(behind original: LogCursor) -> LogBookmark {
        let content = self.generation.content
        let end = original.confirmed
        if end.marker != 0, content.holds(end) { return end }
        guard let held = content.furthest(of: original.milestones) else { return self.confirmed }
        let size = self.generation.size
        if end.position.resume < size { return held }
        // What was written between the copy and the truncation was read from the original.
        return LogBookmark(LogPosition(size), marker: self.reader.marker(at: size))
    }

    /// Goes on at `bookmark`: what it is a copy of has come to its end there.
    func takeOver(at bookmark: LogBookmark) {
        self.original = nil
        self.reader = self.generation.content.makeReader(at: bookmark)
        self.start = bookmark.position.resume
        self.taken = bookmark
        self.confirmed = bookmark
    }
}

/// A container, or a file outside of pods: what is read in order and shares a turn.
final class LogLane {
    let key: String
    var assembly = LineAssembly()
    /// How many shares of a turn it has.
    var weight: Int { self.treatment.directives.weight }
    /// The generations in order: the older ones are read first.
    var cursors: [LogCursor] = []
    /// What is done with its records; nil for nothing.
    var program: LogProgram?
    /// What its program was made for.
    var treatment = LogTreatment()
    /// How its lines become records.
    var joining = LogJoinPlans()
    /// How they will from the next read on; nil for no change.
    var nextJoining: LogJoinPlans?
    /// Bytes that may be read in this turn.
    var deficit = 0
    /// Whether it waits for its turn.
    var isQueued = false
    /// What the cluster says of the container.
    var metadata: LogPodMetadata?
    /// When the container was last looked up, in monotonic nanoseconds; nil before the first time.
    var namedAt: Int64?
    /// Until when records wait for the container to be known; nil when they don't.
    var waitsUntil: Int64?
    /// When something was last read, in monotonic nanoseconds.
    var lastReadAt: Int64 = 0
    /// From when on all its files were looked at once more, for the last time so far.
    var lookedAgainAt: Int64 = 0

    init(key: String) { self.key = key }

    /// Whether the sources of its files have heard of all that had happened up to a moment.
    func isFollowed(upTo moment: Int64) -> Bool {
        self.cursors.allSatisfy { $0.generation.isFollowed(upTo: moment) }
    }

    /// Has its files looked at once more, but for those that it has taken leave of.
    func lookAgain() {
        for cursor in self.cursors where !cursor.isClosed { cursor.end = nil }
    }

    /// The first cursor with something to do; nil while what comes before it is to be taken over.
    var nextCursor: LogCursor? {
        for (place, cursor) in self.cursors.enumerated() {
            if cursor.hasWork {
                // Its last line may go on in a file that nobody has looked into for so long.
                let isToBeClosed = cursor.end != nil
                if isToBeClosed, self.assembly.files.contains(cursor.generation.number) {
                    let unread = self.cursors[(place + 1)...]
                    return unread.first { $0.end == nil && $0.hasWork } ?? cursor
                }
                return cursor
            }
            // What comes behind a copy waits until that can be read, once its original can't.
            if let original = cursor.original, original.isClosed || original.generation.isRewritten
            {
                return nil
            }
        }
        return nil
    }
}

/// The lanes with something to do, in the order of their turns.
struct LogLaneQueue {
    private var lanes: [LogLane] = []
    private var head = 0

    /// Lets a lane wait for its turn, unless it does already.
    mutating func append(_ lane: LogLane) {
        if lane.isQueued { return }
        lane.isQueued = true
        self.lanes.append(lane)
    }

    /// The lane whose turn it is; it stays the first until `finishTurn`.
    var first: LogLane? { self.head < self.lanes.count ? self.lanes[self.head] : nil }

    /// Ends the first lane's turn; it waits for the next one if `hasMore`.
    mutating func finishTurn(hasMore: Bool) {
        let lane = self.lanes[self.head]
        self.head += 1
        lane.isQueued = false
        if hasMore { self.append(lane) } else { lane.deficit = 0 }
        if self.head > 64, self.head * 2 > self.lanes.count {
            self.lanes.removeFirst(self.head)
            self.head = 0
        }
    }
}
