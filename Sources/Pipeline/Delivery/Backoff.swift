/// The wait before the next try: doubling, with a fifth of it left to chance, between two bounds.
///
/// A destination's own `Retry-After` is honoured instead when it is given.
package struct Backoff: Sendable {
    /// The bound of the first wait.
    package let minimum: Duration
    /// The bound that doubling stops at.
    package let maximum: Duration
    private var bound: Duration

    /// Starts at `minimum`.
    package init(minimum: Duration, maximum: Duration) {
        self.minimum = minimum
        self.maximum = max(minimum, maximum)
        self.bound = minimum
    }

    /// Back to the first wait, after a success.
    package mutating func reset() {
        self.bound = self.minimum
    }

    /// The next wait.
    ///
    /// `asked` is the destination's Retry-After; `random` is uniform in 0..<1.
    package mutating func next(asked: Duration?, random: Double) -> Duration {
        let current = self.bound
        self.bound = min(self.bound * 2, self.maximum)
        if let asked { return max(asked, .zero) }
        // Never in step with others, and never much shorter than the wait before.
        return current * 0.8 + current * (0.2 * random)
    }
}
