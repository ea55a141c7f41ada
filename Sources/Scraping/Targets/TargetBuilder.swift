import Config
import Pipeline
import Telemetry

/// Makes targets of addresses and labels.
///
/// Source: Prometheus, `scrape/target.go`, `PopulateLabels`.
struct TargetBuilder: ~Copyable {
    enum Result {
        case target(ScrapeTarget)
        case dropped(DroppedTarget)
    }

    private let job: ScrapeJobOptions
    private var labels = LabelBuilder()
    private var scratch = Relabeling.Scratch()

    init(_ job: ScrapeJobOptions) {
        self.job = job
    }

    /// Makes one target; `discovered` holds its own and its group's labels, `__address__` among them.
    mutating func build(_ discovered: LabelSet) -> Result {
        let discovered = self.completed(discovered)
        self.labels.removeAll()
        self.labels.add(discovered)
        if case .dropped(let rule) = self.job.relabeling.apply(
            to: &self.labels,
            scratch: &self.scratch,
        ) {
            return .dropped(
                DroppedTarget(
                    job: self.job.jobName,
                    discovered: discovered,
                    rule: rule,
                    ruleText: self.job.relabeling.rules[rule].summary,
                    error: "",
                )
            )
        }
        let relabeled = self.labels.labelSet
        if let error = Self.problem(relabeled) {
            return .dropped(
                DroppedTarget(
                    job: self.job.jobName,
                    discovered: discovered,
                    rule: nil,
                    ruleText: "",
                    error: error,
                )
            )
        }
        return .target(self.target(relabeled, discovered))
    }

    /// The labels with the defaults that the job gives where they are absent.
    private func completed(_ discovered: LabelSet) -> LabelSet {
        var labels = discovered
        func fill(_ name: String, _ value: String) {
            if labels[name] == nil { labels[name] = value }
        }
        fill("job", self.job.jobName)
        fill("__scrape_interval__", DurationSyntax.format(self.job.interval))
        fill("__scrape_timeout__", DurationSyntax.format(self.job.timeout))
        fill("__metrics_path__", self.job.metricsPath)
        fill("__scheme__", self.job.scheme.rawValue)
        HistogramLabels.fill(&labels, self.job.series.histograms)
        for (name, values) in self.job.params {
            if let first = values.first { fill("__param_\(name)", first) }
        }
        return labels
    }

    private static func problem(_ labels: LabelSet) -> String? {
        guard let address = labels["__address__"] else {
            return "expected an address in __address__, found none after relabeling"
        }
        if address.contains("/") {
            return "expected host:port in __address__, found \(address)"
        }
        let interval = labels["__scrape_interval__"].flatMap(DurationSyntax.parse)
        let timeout = labels["__scrape_timeout__"].flatMap(DurationSyntax.parse)
        guard let interval, interval > .zero else {
            return "expected a duration above 0 in __scrape_interval__"
        }
        guard let timeout, timeout > .zero else {
            return "expected a duration above 0 in __scrape_timeout__"
        }
        if timeout > interval { return "expected __scrape_timeout__ to be at most the interval" }
        return HistogramLabels.problem(labels)
    }

    private func target(_ relabeled: LabelSet, _ discovered: LabelSet) -> ScrapeTarget {
        let address = relabeled["__address__"] ?? ""
        var labels = LabelSet()
        for label in relabeled.labels where !label.name.hasPrefix("__") {
            labels[label.name] = label.value
        }
        if labels["instance"] == nil { labels["instance"] = address }
        return ScrapeTarget(
            job: self.job.jobName,
            discovered: discovered,
            labels: labels,
            url: self.url(relabeled, address),
            unixSocket: relabeled["__unix_socket__"],
            interval: relabeled["__scrape_interval__"].flatMap(DurationSyntax.parse)
                ?? self.job.interval,
            timeout: relabeled["__scrape_timeout__"].flatMap(DurationSyntax.parse)
                ?? self.job.timeout,
            histograms: HistogramLabels.rules(relabeled, self.job.series.histograms),
        )
    }

    private func url(_ labels: LabelSet, _ address: String) -> String {
        var params = self.job.params
        for label in labels.labels where label.name.hasPrefix("__param_") {
            let name = String(label.name.dropFirst("__param_".count))
            if params[name]?.isEmpty ?? true {
                params[name] = [label.value]
            } else {
                params[name]?[0] = label.value
            }
        }
        var url = "\(labels["__scheme__"] ?? "http")://\(address)"
        let path = labels["__metrics_path__"] ?? ""
        if !path.isEmpty, !path.hasPrefix("/") { url += "/" }
        url += PercentEncoding.path(path)
        let pairs = params.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            .flatMap { name in (params[name] ?? []).map { (name, $0) } }
        if !pairs.isEmpty {
            url += "?"
            url += pairs.map { "\(PercentEncoding.query($0))=\(PercentEncoding.query($1))" }
                .joined(separator: "&")
        }
        return url
    }
}
