import Synchronization

/// Hands the pieces of one scrape's body to the ingester, if there is more than one.
final class PieceTaker: Sendable {
    private struct State {
        var isIn = false
        var refusal: ScrapeFailure?
    }

    private let ingester: ScrapeIngester
    private let source: UInt64
    private let timestamp: Int64
    private let state = Mutex(State())

    /// Takes pieces for a target's scrape at a time in milliseconds since 1970.
    init(_ ingester: ScrapeIngester, source: UInt64, timestamp: Int64) {
        self.ingester = ingester
        self.source = source
        self.timestamp = timestamp
    }

    /// Why the answer was not taken, if it was its head that decided.
    var refusal: ScrapeFailure? { self.state.withLock(\.refusal) }

    /// Reads a piece; false when no more is wanted.
    func take(_ piece: Result<ScrapeBody, ScrapeFailure>) async -> Bool {
        switch piece {
        case .failure(let failure):
            self.state.withLock { $0.refusal = failure }
            return false
        case .success(let body):
            if !self.state.withLock(\.isIn) {
                if !(await self.ingester.turnstile.enter()) { return false }
                self.state.withLock { $0.isIn = true }
            }
            return await self.ingester.take(body, at: self.timestamp, for: self.source)
        }
    }

    /// Lets the next large body in; called once, when the scrape is done.
    func end() {
        if self.state.withLock(\.isIn) { self.ingester.turnstile.leave() }
    }
}
