/// How many entries may be read, as time goes by.
struct JournalPace: Sendable {
    private let perSecond: Int
    private var left: Int
    private var filledAt: Int64

    /// Begins with a second's entries.
    init(perSecond: Int, at now: Int64) {
        self.perSecond = perSecond
        self.left = perSecond
        self.filledAt = now
    }

    /// Whether nothing may be read.
    var isEmpty: Bool { self.left <= 0 }

    /// One was read.
    mutating func take() { self.left -= 1 }

    /// Lets more be read for the time since the last call, a second's entries at the most.
    mutating func refill(at now: Int64) {
        let nanoseconds = Double(max(0, now - self.filledAt))
        let more = min(nanoseconds / 1_000_000_000, 1) * Double(self.perSecond)
        if more < 1 { return }
        self.left = min(self.perSecond, self.left + Int(more))
        self.filledAt = now
    }
}
