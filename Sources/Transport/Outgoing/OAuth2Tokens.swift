import Codecs
import Config
import Pipeline
import Synchronization

/// Tokens of OAuth 2: one for all requests with the same settings, fetched when it is needed.
///
/// A token is used until shortly before its end. One request at a time asks for one; the others
/// wait for its answer, within their own time.
final class OAuth2Tokens: Sendable {
    /// What bounds the tokens.
    struct Limits: Sendable {
        /// Settings with a token; the one that was used longest ago goes.
        var entries = 256
        /// Requests that wait for tokens.
        var waiters = 4096
        /// The time to get a token.
        var fetchTime = Duration.seconds(30)
        /// How long before its end a token is no longer used; half its life when that is less.
        var margin = Duration.seconds(10)
        /// How long a failure is every request's answer.
        var failureLife = Duration.seconds(1)
        /// How old a token must be for a 401 to end it.
        var dropAge = Duration.seconds(10)
    }

    /// A token and what it belongs to.
    struct Token: Sendable {
        /// The value of the `Authorization` field.
        let field: String
        fileprivate let key: Key
    }

    typealias Outcome = Result<Token, HTTPFailure>

    /// Settings, with the secret that they name at hand.
    fileprivate struct Key: Hashable {
        let options: OAuth2Options
        let secret: String
    }

    private struct Entry {
        var token: Token?
        var failure: HTTPFailure?
        /// When token or failure came.
        var since = ContinuousClock.now
        /// When it is of no use any more; nil for never.
        var end: ContinuousClock.Instant?
        var isFetching = false
        /// Whether the server wants the client's secret in the body (RFC 6749 §2.3.1).
        var usesBody = false
        var waiters: [Waiter] = []
        var lastUse = ContinuousClock.now
    }

    /// One request that waits; the first outcome counts.
    private final class Waiter: Sendable {
        private struct State {
            var outcome: Outcome?
            var continuation: CheckedContinuation<Outcome, Never>?
        }

        private let state = Mutex(State())

        func end(_ outcome: Outcome) {
            let continuation = self.state.withLock { state in
                if state.outcome == nil { state.outcome = outcome }
                return state.continuation.take()
            }
            continuation?.resume(returning: outcome)
        }

        var outcome: Outcome {
            get async {
                await withCheckedContinuation { continuation in
                    let outcome = self.state.withLock { state in
                        if state.outcome == nil { state.continuation = continuation }
                        return state.outcome
                    }
                    if let outcome { continuation.resume(returning: outcome) }
                }
            }
        }
    }

    private struct State {
        var entries: [Key: Entry] = [:]
        var waiting = 0
    }

    private enum Step {
        case answer(Outcome)
        case wait
        case fetch(usesBody: Bool)
    }

    private let limits: Limits
    private let state = Mutex(State())

    init(_ limits: Limits = Limits()) {
        self.limits = limits
    }
}

extension OAuth2Tokens {
    /// Gives the token for requests with these options.
    ///
    /// - Parameters:
    ///   - options: Whose token it is.
    ///   - deadline: When the request's own time is over.
    ///   - exchange: How the token's server is reached.
    /// - Returns: A token that is at hand or has been fetched.
    /// - Throws: What kept it from being fetched; `timeout` and `cancelled` as for any exchange.
    func token(
        for options: OAuth2Options,
        until deadline: ContinuousClock.Instant,
        over exchange: any HTTPExchange,
    ) async throws(HTTPFailure) -> Token {
        let key = Key(options: options, secret: try SecretFile.text(of: options.clientSecret))
        let waiter = Waiter()
        let step = self.state.withLock { self.step(for: key, waiter, &$0) }
        switch step {
        case .answer(let outcome):
            return try outcome.get()
        case .fetch(let usesBody):
            // Others may need the token though this request is given up.
            Task { await self.fetch(key, usesBody: usesBody, over: exchange) }
        case .wait:
            break
        }
        return try await self.wait(waiter, for: options, until: deadline).get()
    }

    /// Ends a token that a server has refused with 401.
    ///
    /// - Returns: Whether another may be had: the token was not new, or it has been replaced.
    func drop(_ token: Token) -> Bool {
        self.state.withLock { state in
            guard let entry = state.entries[token.key], let current = entry.token else {
                return true
            }
            if current.field != token.field { return true }
            if ContinuousClock.now - entry.since < self.limits.dropAge { return false }
            state.entries[token.key]?.token = nil
            return true
        }
    }

    private func wait(
        _ waiter: Waiter,
        for options: OAuth2Options,
        until deadline: ContinuousClock.Instant,
    ) async -> Outcome {
        let subject = "a token for \(options)"
        let timer = Task {
            try await Task.sleep(until: deadline, clock: .continuous)
            waiter.end(.failure(HTTPFailure(.timeout, "\(subject) did not come in time")))
        }
        defer { timer.cancel() }
        return await withTaskCancellationHandler {
            await waiter.outcome
        } onCancel: {
            waiter.end(.failure(HTTPFailure(.cancelled, "\(subject): cancelled by the caller")))
        }
    }
}

// What is known of the tokens.
extension OAuth2Tokens {
    /// What a request for a token leads to.
    private func step(for key: Key, _ waiter: Waiter, _ state: inout State) -> Step {
        let now = ContinuousClock.now
        if state.entries[key] == nil { self.makeRoom(in: &state) }
        var entry = state.entries[key] ?? Entry()
        defer { state.entries[key] = entry }
        entry.lastUse = now
        if entry.end.map({ $0 <= now }) == true {
            entry.token = nil
            entry.failure = nil
        }
        if let token = entry.token { return .answer(.success(token)) }
        if let failure = entry.failure { return .answer(.failure(failure)) }
        if state.waiting >= self.limits.waiters {
            let words = "\(state.waiting) requests wait for tokens already, which is the limit"
            return .answer(.failure(HTTPFailure(.other, words)))
        }
        state.waiting += 1
        entry.waiters.append(waiter)
        if entry.isFetching { return .wait }
        entry.isFetching = true
        return .fetch(usesBody: entry.usesBody)
    }

    private func makeRoom(in state: inout State) {
        if state.entries.count < self.limits.entries { return }
        let idle = state.entries.filter { !$0.value.isFetching }
        if let oldest = idle.min(by: { $0.value.lastUse < $1.value.lastUse }) {
            state.entries[oldest.key] = nil
        }
    }

    /// Gets a token and tells everybody who waits for it.
    private func fetch(_ key: Key, usesBody: Bool, over exchange: any HTTPExchange) async {
        var answer = await self.ask(
            key.options,
            secret: key.secret,
            usesBody: usesBody,
            within: self.limits.fetchTime,
            over: exchange,
        )
        if case .refused = answer, !usesBody {
            // As Go's client does it: the server may want the secret in the other place.
            let other = await self.ask(
                key.options,
                secret: key.secret,
                usesBody: true,
                within: self.limits.fetchTime,
                over: exchange,
            )
            if case .token = other { answer = other }
        }
        let outcome: Outcome =
            switch answer {
            case .token(let answer, _): .success(Token(field: answer.field, key: key))
            case .refused(let failure), .failed(let failure): .failure(failure)
            }
        let waiters = self.state.withLock { state in
            var entry = state.entries[key] ?? Entry()
            entry.isFetching = false
            entry.since = .now
            entry.token = try? outcome.get()
            entry.failure = nil
            switch answer {
            case .token(let answer, let usesBody):
                entry.usesBody = usesBody
                entry.end = answer.expiresIn.map { .now + self.life(.seconds($0)) }
            case .refused(let failure), .failed(let failure):
                entry.failure = failure
                entry.end = .now + self.limits.failureLife
            }
            let waiters = entry.waiters
            entry.waiters = []
            state.waiting -= waiters.count
            state.entries[key] = entry
            return waiters
        }
        for waiter in waiters { waiter.end(outcome) }
    }

    private func life(_ whole: Duration) -> Duration {
        whole - min(self.limits.margin, whole / 2)
    }
}
