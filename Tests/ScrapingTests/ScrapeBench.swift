import AgentTesting
import Bytes
import Codecs
import Logging
import Pipeline
import Telemetry

@testable import Scraping

/// One target whose bodies a test writes; shows what receivers get.
struct ScrapeBench {
    let ingester: ScrapeIngester
    let receiver = CollectingReceiver()
    let clock = ManualClock()
    let source: UInt64

    init(_ change: (inout SeriesRules) -> Void = { _ in }) async throws {
        var rules = SeriesRules()
        change(&rules)
        self.ingester = ScrapeIngester(
            receivers: [self.receiver],
            clock: self.clock,
            executor: try ThreadExecutor("scrape"),
        )
        self.source = await self.ingester.add(rules, identity: 0, timeout: .seconds(10))
    }

    /// Reads a body at a time in milliseconds; returns what was counted.
    @discardableResult
    func scrape(
        _ body: String,
        _ format: ScrapeProtocol.Format = .text,
        at time: Int64 = 1000,
    ) async -> ScrapeIngester.Report {
        await self.ingester.ingest(
            ScrapeIngester.Arrival(
                timestamp: time,
                start: 0,
                body: .success(ScrapeBody(Payload(body), format)),
            ),
            for: self.source,
        )
    }

    /// Takes note of a scrape that gave nothing.
    @discardableResult
    func fail(at time: Int64 = 1000) async -> ScrapeIngester.Report {
        await self.ingester.ingest(
            ScrapeIngester.Arrival(
                timestamp: time,
                start: 0,
                body: .failure(ScrapeFailure(.timeout, "too late")),
            ),
            for: self.source,
        )
    }

    /// The last scrape's samples as `labels value`, or `labels stale`; synthetic series left out.
    var last: [String] {
        (self.receiver.batches.last ?? []).filter { !Self.isReport($0.name) }.map(Self.text)
    }

    /// By name, what the last scrape's series are told of their families: name, type and help.
    var families: [String: String] {
        var families: [String: String] = [:]
        for sample in self.receiver.batches.last ?? []
        where !Self.isReport(sample.name) && !sample.isStale {
            let family = sample.family.map { "\($0.family) \($0.kind) \($0.help)\($0.unit)" }
            families[sample.name] = family ?? ""
        }
        return families
    }

    /// The last scrape's synthetic series.
    var lastReport: [String: Double] {
        var values: [String: Double] = [:]
        for sample in self.receiver.batches.last ?? [] where Self.isReport(sample.name) {
            values[sample.name] = sample.value
        }
        return values
    }

    static func text(_ sample: CollectingReceiver.Sample) -> String {
        var labels = sample.labels
        let name = labels["__name__"] ?? ""
        labels["__name__"] = nil
        let value = sample.isStale ? "stale" : "\(sample.value)"
        return "\(name)\(labels.isEmpty ? "" : labels.description) \(value)"
    }

    static func isReport(_ name: String) -> Bool {
        name == "up" || name.hasPrefix("scrape_")
    }
}
