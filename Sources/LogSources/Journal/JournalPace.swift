/// How many entries may be read, as time goes by.
struct JournalPace: Sendable {
    private static let second: Int64 = 1_000_000_000

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
        let elapsed = now - self.filledAt
        if elapsed < 0 || elapsed >= Self.second {
            if elapsed > 0 { self.left = self.perSecond }
            self.filledAt = now
            return
        }
        let rate = Int64(self.perSecond)
        let more = elapsed * rate / Self.second
        self.left = min(self.perSecond, self.left + Int(more))
        // What makes up no whole entry yet counts the next time.
        self.filledAt += (more * Self.second + rate - 1) / rate
    }
}
