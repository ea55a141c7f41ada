import Codecs
import Logging
import Pipeline

/// Keeps a store as the API server has it: lists once, then watches.
///
/// A watch that ends is taken up where it ended; only when the server no longer knows that place is
/// everything listed again. Source: client-go, `tools/cache/reflector.go`.
final class Reflector<Object: APIObject>: Sendable {
    /// What is injected.
    struct Tools: Sendable {
        let client: APIClient
        let clock: any AgentClock
        let meters: Meters
        let logger: Logger
        let limits: InformerLimits
        let streaming: ListStreaming
        /// Uniform in 0..<1.
        let random: @Sendable () -> Double
    }

    /// What is known from one try to the next.
    struct Progress {
        /// Where the next watch begins; nil when everything is to be listed.
        var position: String?
        var backoff: Backoff
    }

    let query: ObjectQuery
    let store: ObjectStore<Object>
    let tools: Tools
    let meters: InformerMeters
    let health: WatchHealth

    init(_ query: ObjectQuery, _ store: ObjectStore<Object>, _ tools: Tools) {
        self.query = query
        self.store = store
        self.tools = tools
        self.meters = InformerMeters(tools.meters, Object.resource)
        var logger = tools.logger
        logger[metadataKey: "resource"] = "\(Object.resource.name)"
        logger[metadataKey: "server"] = "\(ShownURL.of(query.access.server))"
        if let namespace = query.namespace { logger[metadataKey: "namespace"] = "\(namespace)" }
        self.health = WatchHealth(tools.clock, logger) { failure in
            if let failure { store.fail(failure) } else { store.recover() }
        }
    }

    /// Watches until the task is cancelled.
    ///
    /// - Parameter delay: How long to wait first.
    func run(after delay: Duration) async {
        let limits = self.tools.limits
        var progress = Progress(
            backoff: Backoff(
                minimum: limits.firstRetry,
                maximum: limits.lastRetry,
                spread: 1...2,
            )
        )
        // Counted by differences, since several stores of a resource share the gauge.
        self.meters.objects.add(Double(self.store.count))
        let counting = self.store.observe { [meters] change in
            switch change {
            case .updated(_, previous: nil): meters.objects.add(1)
            case .removed: meters.objects.add(-1)
            default: break
            }
        }
        var wait = delay
        while await self.sleep(wait) {
            do throws(APIFailure) {
                wait = try await self.step(&progress)
            } catch {
                if Task.isCancelled { break }
                wait = self.wait(after: error, &progress)
            }
        }
        self.store.stopObserving(counting)
        self.meters.objects.add(-Double(self.store.count))
    }

    /// Sleeps, and says whether to go on.
    private func sleep(_ duration: Duration) async -> Bool {
        if duration > .zero { try? await self.tools.clock.sleep(for: duration) }
        return !Task.isCancelled
    }

    /// Lists or watches once, and says how long to wait then.
    private func step(_ progress: inout Progress) async throws(APIFailure) -> Duration {
        if progress.position != nil
            || self.tools.streaming.isWorthAsking(self.query.access.server)
        {
            return try await self.watch(&progress)
        }
        progress.position = try await self.list()
        self.health.isWell(since: self.tools.clock.monotonicNanoseconds)
        return .zero
    }

    /// What to do about a failure, and how long to wait.
    private func wait(after failure: APIFailure, _ progress: inout Progress) -> Duration {
        let limits = self.tools.limits
        if failure.kind == .expired || failure.kind == .invalid { progress.position = nil }
        if self.health.failed(failure) >= limits.wellTime { progress.backoff.reset() }
        if failure.kind == .forbidden || failure.kind == .missing {
            // Nothing changes by itself, and thousands of nodes would ask in vain.
            return limits.refusedRetry * (1 + 0.1 * self.tools.random())
        }
        let wait = progress.backoff.next(asked: failure.retryAfter, random: self.tools.random())
        // All that were turned away at one moment are not to come back at one moment.
        return failure.retryAfter == nil ? wait : wait * (1 + self.tools.random())
    }
}
