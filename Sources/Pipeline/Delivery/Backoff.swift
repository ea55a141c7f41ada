/// The wait before the next try: doubling, with a part of it left to chance, between two bounds.
///
/// A destination's own `Retry-After` is honoured instead when it is given.
package struct Backoff: Sendable {
    /// The bound of the first wait.
    package let minimum: Duration
    /// The bound that doubling stops at.
    package let maximum: Duration
    /// What the bound is multiplied by, as chance has it.
    private let spread: ClosedRange<Double>
    private var bound: Duration

    /// Starts at `minimum`.
    ///
    /// Unless `spread` says otherwise a fifth is left to chance: never in step with others, and never
    /// much shorter than the wait before.
    package init(
        minimum: Duration,
        maximum: Duration,
        spread: ClosedRange<Double> = 0.8...1,
    ) {
        self.spread = spread
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
        let width = self.spread.upperBound - self.spread.lowerBound
        return current * self.spread.lowerBound + current * (width * random)
    }
}
