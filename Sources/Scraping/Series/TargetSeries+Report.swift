import Pipeline
import Telemetry

extension TargetSeries {
    private static let reportNames = [
        "up", "scrape_duration_seconds", "scrape_samples_scraped",
        "scrape_samples_post_metric_relabeling", "scrape_series_added",
    ]
    private static let extraReportNames = [
        "scrape_timeout_seconds", "scrape_sample_limit", "scrape_body_size_bytes",
    ]

    /// Gives the synthetic series their numbers.
    mutating func makeReport(_ rules: borrowing SeriesRules, _ labeler: inout SeriesLabeler) {
        let names = Self.reportNames + (rules.extraScrapeMetrics ? Self.extraReportNames : [])
        for name in names {
            labeler.labelReport(name, rules)
            guard let (number, _) = self.table.insert(labeler.labels) else { continue }
            self.report.append(number)
        }
        while self.seen.count < self.table.count { self.seen.appendCompactly(0) }
    }

    /// Adds the synthetic series' samples.
    func appendReport(
        _ report: borrowing ScrapeIngester.Report,
        _ rules: borrowing SeriesRules,
        _ timeout: Duration,
        to batch: inout SampleBatch,
    ) {
        // As in Prometheus: -1 for a body that is too large, 0 when there is none.
        let bodySize = report.failure?.reason == .bodySize ? -1 : Double(report.bodySize)
        let values = [
            report.failure == nil ? 1 : 0, report.duration.seconds, Double(report.counts.scraped),
            Double(report.counts.kept), Double(report.counts.added), timeout.seconds,
            Double(rules.sampleLimit), bodySize,
        ]
        for (series, value) in zip(self.report, values) {
            batch.append(series: series, bits: value.bitPattern)
        }
    }
}
