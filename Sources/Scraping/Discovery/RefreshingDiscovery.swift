import Logging
import Pipeline

/// A mechanism that asks anew every so often.
///
/// It only says how to ask; pace, counting and the log are here, once for all.
package protocol RefreshingDiscovery: TargetDiscovery {
    /// What it was handed.
    var context: DiscoveryContext { get }
    /// The time between two refreshes.
    var refreshInterval: Duration { get }

    /// Asks once and hands on what was found; what it throws leaves the last groups as they were.
    func refresh(_ findings: DiscoveryFindings) async throws(DiscoveryFailure)
}

extension RefreshingDiscovery {
    package func run(_ findings: DiscoveryFindings) async {
        let clock = self.context.base.clock
        let failures = self.context.meters.refreshFailures(Self.mechanism)
        let duration = self.context.meters.refreshDuration(Self.mechanism)
        var notice = DiscoveryNotice(Self.mechanism, self.context)
        while !Task.isCancelled {
            let start = clock.monotonicNanoseconds
            do throws(DiscoveryFailure) {
                try await self.refresh(findings)
                notice.succeeded()
            } catch {
                if Task.isCancelled { return }
                failures.add()
                notice.failed("\(error)")
            }
            duration.observe(Double(clock.monotonicNanoseconds - start) * 1e-9)
            do { try await clock.sleep(for: self.refreshInterval) } catch { return }
        }
    }
}

/// Writes a mechanism's failure to the log once, and that it is over.
struct DiscoveryNotice {
    private let mechanism: String
    private let logger: Logger
    private var failure: String?

    init(_ mechanism: String, _ context: DiscoveryContext) {
        self.mechanism = mechanism
        var logger = context.base.logger
        logger[metadataKey: "job"] = "\(context.job)"
        self.logger = logger
    }

    mutating func failed(_ reason: String) {
        if self.failure == reason { return }
        self.failure = reason
        self.logger.warning(
            "targets could not be looked up, those known go on being scraped",
            metadata: ["mechanism": "\(self.mechanism)", "reason": "\(reason)"],
        )
    }

    mutating func succeeded() {
        if self.failure == nil { return }
        self.failure = nil
        self.logger.notice(
            "targets are looked up again",
            metadata: ["mechanism": "\(self.mechanism)"],
        )
    }
}
