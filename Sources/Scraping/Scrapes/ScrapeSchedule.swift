/// When a target is scraped: a fixed offset in the interval, made of the target and of this host, so
/// that neither all targets nor all agents do it at once.
///
/// Pure. Times are nanoseconds since 1970. Source: Prometheus, `scrape/target.go`, `offset`.
package struct ScrapeSchedule: Sendable, Hashable {
    /// Nanoseconds from one scrape to the next.
    package let interval: Int64
    /// The ideal time of the next scrape.
    package private(set) var next: Int64

    /// Prepares the first scrape after `now`.
    ///
    /// - Parameters:
    ///   - interval: Nanoseconds from one scrape to the next.
    ///   - phase: The target's hash and the host's, combined.
    ///   - now: The time.
    package init(interval: Int64, phase: UInt64, now: Int64) {
        self.interval = max(interval, 1_000_000)
        let base = self.interval - now % self.interval
        let offset = Int64(phase % UInt64(self.interval))
        var wait = base + offset
        if wait > self.interval { wait -= self.interval }
        self.next = now + wait
    }

    /// Prepares a scrape at `start`, wherever in the interval that is.
    init(interval: Int64, startingAt start: Int64) {
        self.interval = max(interval, 1_000_000)
        self.next = start
    }

    /// The time that a scrape beginning at `now` gives its samples: the ideal one if that is close.
    package func timestamp(startingAt now: Int64) -> Int64 {
        let tolerance = min(self.interval / 100, 2_000_000)
        return abs(now - self.next) <= tolerance ? self.next : now
    }

    /// Moves on to the next time after `now`; times that were missed are left out.
    ///
    /// A clock that was set is followed: the offset in the interval stays.
    package mutating func advance(after now: Int64) {
        self.next += self.interval
        if self.next > now, self.next - now <= self.interval { return }
        let behind = now - self.next
        let steps = behind >= 0 ? behind / self.interval + 1 : -((-behind - 1) / self.interval)
        self.next += steps * self.interval
    }
}

/// FNV-1a with 64 bits.
package enum FNV1a {
    /// Hashes a text.
    package static func hash(_ text: String, from state: UInt64 = 0xcbf2_9ce4_8422_2325) -> UInt64 {
        var state = state
        for byte in text.utf8 { state = (state ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return state
    }
}
