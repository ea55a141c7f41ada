/// When a receiver may be asked again after a failure, and how many requests it gets at once.
///
/// Pure; one for the whole receiver, for it is the receiver that is in trouble and not one request.
/// As long as the last answer was a failure one request at a time asks whether it has recovered.
struct DeliveryPace: Sendable {
    private var backoff: Backoff
    /// Monotonic nanoseconds until which nothing may start.
    private var until: Int64 = Int64.min
    /// Until when the receiver itself asked to be left alone.
    private var asked: Int64 = Int64.min
    /// When the pause was set: failures of requests that had begun before are the same trouble.
    private var pausedAt: Int64 = Int64.min
    /// Whether the last answer was a failure.
    private(set) var isFailing = false

    init(minimum: Duration, maximum: Duration) {
        self.backoff = Backoff(minimum: minimum, maximum: maximum)
    }

    /// Notes an answer that took or refused a request, so the receiver works.
    mutating func succeeded() {
        self.isFailing = false
        self.backoff.reset()
        self.until = self.asked
    }

    /// Notes a failure of a request that began at `start`.
    ///
    /// `asked` is the receiver's Retry-After; `random` is uniform in 0..<1.
    mutating func failed(start: Int64, now: Int64, asked: Duration?, random: Double) {
        if let asked {
            self.asked = max(self.asked, now.addingClamped(asked.nanoseconds))
        } else if self.isFailing, start < self.pausedAt {
            return
        }
        self.isFailing = true
        let wait = self.backoff.next(asked: asked, random: random)
        self.pausedAt = now
        self.until = max(self.asked, now.addingClamped(wait.nanoseconds))
    }

    /// How long nothing may start; nil when something may.
    func wait(now: Int64) -> Duration? {
        now < self.until ? .nanoseconds(self.until - now) : nil
    }

    /// How many requests may be under way, of `shards`.
    func limit(_ shards: Int) -> Int { self.isFailing ? 1 : shards }
}

extension Int64 {
    fileprivate func addingClamped(_ other: Int64) -> Int64 {
        let (sum, isOver) = self.addingReportingOverflow(other)
        return isOver ? Int64.max : sum
    }
}
