import Telemetry

/// The labels by which relabeling decides what becomes of a target's histograms.
///
/// Source: Prometheus, `scrape/target.go`, `PopulateDiscoveredLabels` and `boolLabel`.
enum HistogramLabels {
    private static var names: [(name: String, rule: WritableKeyPath<HistogramRules, Bool>)] {
        [
            ("__scrape_native_histograms__", \.scrapesNative),
            ("__always_scrape_classic_histograms__", \.keepsClassic),
            ("__convert_classic_histograms_to_nhcb__", \.convertsClassic),
        ]
    }

    /// Adds those that are absent.
    static func fill(_ labels: inout LabelSet, _ rules: HistogramRules) {
        for (name, rule) in Self.names where labels[name] == nil {
            labels[name] = rules[keyPath: rule] ? "true" : "false"
        }
    }

    /// What is wrong with them; nil for nothing.
    static func problem(_ labels: LabelSet) -> String? {
        for (name, _) in Self.names {
            if let value = labels[name], Self.bool(value) == nil {
                return "expected true or false in \(name), found \(value)"
            }
        }
        return nil
    }

    /// A job's rules, changed as the labels say.
    static func rules(_ labels: LabelSet, _ rules: HistogramRules) -> HistogramRules {
        var rules = rules
        for (name, rule) in Self.names {
            if let value = labels[name].flatMap(Self.bool) { rules[keyPath: rule] = value }
        }
        return rules
    }

    /// As Go's `strconv.ParseBool`.
    private static func bool(_ text: String) -> Bool? {
        switch text {
        case "1", "t", "T", "true", "TRUE", "True": true
        case "0", "f", "F", "false", "FALSE", "False": false
        default: nil
        }
    }
}
