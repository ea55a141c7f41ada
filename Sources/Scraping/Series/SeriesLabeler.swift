import Bytes
import Codecs
import Pipeline
import Telemetry

/// Turns the labels of a scraped line into those of the series that is stored.
///
/// Runs once for each new line, not for each sample. Source: Prometheus, `scrape/scrape.go`,
/// `mutateSampleLabels` and `verifyLabelLimits`.
struct SeriesLabeler: ~Copyable {
    /// The labels: in after parsing, out after `label(_:kind:)`.
    var labels = LabelBuilder()
    private var scratch = Relabeling.Scratch()

    /// Merges, relabels and checks; says whether the series is kept.
    mutating func label(
        _ rules: borrowing SeriesRules,
        kind: MetricMetadata.Kind,
    ) throws(ScrapeFailure) -> Bool {
        self.normalizeBound(kind)
        if rules.honorLabels {
            self.mergeHonoring(rules.targetLabels)
        } else {
            self.merge(rules.targetLabels)
        }
        self.labels.removeEmpty()
        try self.checkNames()
        if !rules.metricRelabeling.isEmpty {
            let verdict = rules.metricRelabeling.apply(to: &self.labels, scratch: &self.scratch)
            if verdict != .kept || self.labels.count == 0 { return false }
        }
        try self.checkLimits(rules)
        for label in rules.externalLabels.labels where self.labels.index(of: label.name) == nil {
            self.labels.set(label.name, label.value)
        }
        self.labels.sort()
        return true
    }

    /// Fills the builder with a synthetic series: a name, the target's and the external labels.
    mutating func labelReport(_ name: String, _ rules: borrowing SeriesRules) {
        self.labels.removeAll()
        self.labels.set("__name__", name)
        for label in rules.targetLabels.labels { self.labels.set(label.name, label.value) }
        for label in rules.externalLabels.labels where self.labels.index(of: label.name) == nil {
            self.labels.set(label.name, label.value)
        }
        self.labels.sort()
    }

    /// Writes `le` of histograms and `quantile` of summaries as OpenMetrics does: `1` is `1.0`.
    private mutating func normalizeBound(_ kind: MetricMetadata.Kind) {
        let index: Int?
        switch kind {
        case .histogram: index = self.labels.index(of: "le")
        case .summary: index = self.labels.index(of: "quantile")
        default: return
        }
        guard let index else { return }
        let value = self.labels.entries[index].value
        guard let bound = self.labels.text.span.extracting(value).decimalFloat else { return }
        let start = self.labels.text.count
        self.labels.text.append(openMetricsFloat: bound)
        self.labels.setValue(at: index, toValueAt: start..<self.labels.text.count)
    }

    private mutating func mergeHonoring(_ target: LabelSet) {
        for label in target.labels where self.labels.index(of: label.name) == nil {
            self.labels.set(label.name, label.value)
        }
    }

    /// The target's labels win; scraped ones of the same name become `exported_…`.
    private mutating func merge(_ target: LabelSet) {
        var conflicts: [(name: String, value: Range<Int>)] = []
        for label in target.labels {
            if let known = self.labels.index(of: label.name) {
                let value = self.labels.entries[known].value
                if !value.isEmpty { conflicts.append((label.name, value)) }
            }
            self.labels.set(label.name, label.value)
        }
        if conflicts.isEmpty { return }
        conflicts.sort { $0.name.utf8.count < $1.name.utf8.count }
        for conflict in conflicts {
            var name = conflict.name
            repeat { name = "exported_" + name } while self.hasValue(name)
            let place = self.labels.append(name)
            self.labels.set(nameAt: place, valueAt: conflict.value)
        }
    }

    private func hasValue(_ name: String) -> Bool {
        guard let index = self.labels.index(of: name) else { return false }
        return !self.labels.entries[index].value.isEmpty
    }

    /// A line with one name twice, or with an empty name, makes no series.
    private mutating func checkNames() throws(ScrapeFailure) {
        self.labels.sort()
        if let name = self.labels.duplicateName {
            let text = self.labels.text.span.extracting(name).text
            throw ScrapeFailure(
                .labels,
                "expected each label once in a series, found \(text) twice in "
                    + "\(self.labels.labelSet)",
            )
        }
        if let first = self.labels.entries.first, first.name.isEmpty {
            throw ScrapeFailure(
                .labels,
                "expected label names that are not empty, found one in \(self.labels.labelSet)",
            )
        }
    }

    /// Refuses names that Prometheus before its version 3 did not know.
    private func checkLegacyNames() throws(ScrapeFailure) {
        let text = self.labels.text.span
        for entry in self.labels.entries {
            let name = text.extracting(entry.name)
            let isMetric = name.equals("__name__")
            let word = isMetric ? text.extracting(entry.value) : name
            if word.isLegacyName(allowsColons: isMetric) { continue }
            throw ScrapeFailure(
                .labels,
                "expected names of letters, digits and underscores "
                    + "(metric_name_validation_scheme: legacy), found \(word.text) in "
                    + "\(self.labels.labelSet)",
            )
        }
    }

    private func checkLimits(_ rules: borrowing SeriesRules) throws(ScrapeFailure) {
        if self.labels.index(of: "__name__") == nil {
            throw ScrapeFailure(
                .labels,
                "expected every series to have a name after metric_relabel_configs, found "
                    + "\(self.labels.labelSet)",
            )
        }
        if rules.legacyNames { try self.checkLegacyNames() }
        if rules.labelLimit > 0, self.labels.count > rules.labelLimit {
            throw ScrapeFailure(
                .labelLimit,
                "expected at most \(rules.labelLimit) labels (label_limit), found "
                    + "\(self.labels.count) in \(self.labels.labelSet)",
            )
        }
        if rules.labelNameLengthLimit == 0, rules.labelValueLengthLimit == 0 { return }
        for entry in self.labels.entries {
            if rules.labelNameLengthLimit > 0, entry.name.count > rules.labelNameLengthLimit {
                throw ScrapeFailure(
                    .labelLimit,
                    "expected label names of at most \(rules.labelNameLengthLimit) bytes "
                        + "(label_name_length_limit), found \(entry.name.count) in "
                        + "\(self.labels.labelSet)",
                )
            }
            if rules.labelValueLengthLimit > 0, entry.value.count > rules.labelValueLengthLimit {
                throw ScrapeFailure(
                    .labelLimit,
                    "expected label values of at most \(rules.labelValueLengthLimit) bytes "
                        + "(label_value_length_limit), found \(entry.value.count) in "
                        + "\(self.labels.labelSet)",
                )
            }
        }
    }
}

extension Span where Element == UInt8 {
    /// Whether the bytes are a name of letters, digits and underscores that begins with no digit.
    fileprivate func isLegacyName(allowsColons: Bool) -> Bool {
        if self.isEmpty || self[0] &- 0x30 <= 9 { return false }
        for place in 0..<self.count {
            let byte = self[place]
            let isLetter = (byte | 0x20) &- 0x61 < 26 || byte == UInt8(ascii: "_")
            let isColon = allowsColons && byte == UInt8(ascii: ":")
            if !isLetter, !isColon, byte &- 0x30 > 9 { return false }
        }
        return true
    }
}
