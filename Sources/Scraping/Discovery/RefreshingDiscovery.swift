import Pipeline

/// A mechanism that asks anew every so often.
///
/// It only says how to ask; pace, counting and the log are here, once for all.
package protocol RefreshingDiscovery: TargetDiscovery {
    /// What it was handed.
    var context: DiscoveryContext { get }
    /// What tells the entry from others of its job, such as its URL.
    var subject: String { get }
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
        var notice = DiscoveryNotice(Self.mechanism, self.subject, self.context)
        defer { notice.forget() }
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
