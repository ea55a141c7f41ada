/// How many requests are under way at once, from what comes in and what the receiver takes.
///
/// Pure. Prometheus's desired shards: the time a sample costs, times the samples a second that come
/// in and those with which the backlog is worked off. Where Prometheus estimates the backlog from
/// timestamps, here it is known. Nothing is resharded: the number only bounds what may start.
///
/// Source: Prometheus, `storage/remote/queue_manager.go`, `calculateDesiredShards`.
struct ShardControl: Sendable {
    /// An exponentially weighted rate.
    private struct Rate {
        private var events = 0.0
        private var isBegun = false
        private(set) var perSecond = 0.0

        mutating func add(_ amount: Double) { self.events += amount }

        mutating func tick() {
            let rate = self.events / ShardControl.interval.seconds
            if self.isBegun {
                self.perSecond += ShardControl.weight * (rate - self.perSecond)
            } else if self.events > 0 {
                self.isBegun = true
                self.perSecond = rate
            }
            self.events = 0
        }
    }

    /// What is known at a tick.
    struct Situation: Sendable {
        /// Samples that wait.
        var backlog = 0
        /// Seconds between the newest sample that came and the newest that was sent.
        var delay = 0.0
        /// Seconds since the last success; nil before the first.
        var sinceSuccess: Double?
    }

    /// The time between two ticks.
    static let interval = Duration.seconds(10)
    private static let weight = 0.2
    /// The part of the backlog that is worked off in a second.
    private static let catchUp = 0.05
    /// A change has to be larger than this part.
    private static let tolerance = 0.3

    let minimum: Int
    let maximum: Int
    /// A success must be younger than this for a change, in seconds.
    private let freshness: Double
    /// How many requests may be under way.
    private(set) var shards: Int
    /// How many it takes, before rounding and bounds.
    private(set) var desired: Double
    private var entering = Rate()
    private var leaving = Rate()
    private var dropped = Rate()
    private var seconds = Rate()

    init(minimum: Int, maximum: Int, batchSendDeadline: Duration) {
        self.minimum = minimum
        self.maximum = maximum
        self.freshness = max(2 * batchSendDeadline.seconds, 1)
        self.shards = minimum
        self.desired = Double(minimum)
    }

    /// Notes samples that came and how many of them `write_relabel_configs` dropped.
    mutating func noteReceived(_ count: Int, dropped: Int) {
        self.entering.add(Double(count))
        self.dropped.add(Double(dropped))
    }

    /// Notes a request that was taken or refused.
    mutating func noteSent(_ count: Int, nanoseconds: Int64) {
        self.leaving.add(Double(count))
        self.seconds.add(Double(nanoseconds) * 1e-9)
    }

    /// Decides anew; returns whether `shards` has changed.
    mutating func tick(_ situation: Situation) -> Bool {
        self.entering.tick()
        self.leaving.tick()
        self.dropped.tick()
        self.seconds.tick()
        let out = self.leaving.perSecond
        if out <= 0 { return false }
        let kept = out / (self.dropped.perSecond + out)
        let work = self.entering.perSecond * kept + Self.catchUp * Double(situation.backlog)
        self.desired = self.seconds.perSecond / out * work
        guard let since = situation.sinceSuccess, since <= self.freshness else { return false }
        let current = Double(self.shards)
        let wanted = self.desired.rounded(.up)
        if wanted >= current * (1 - Self.tolerance), wanted <= current * (1 + Self.tolerance) {
            return false
        }
        let next = Int(min(max(wanted, Double(self.minimum)), Double(self.maximum)))
        if next < self.shards, situation.delay > 10 { return false }
        defer { self.shards = next }
        return next != self.shards
    }
}
