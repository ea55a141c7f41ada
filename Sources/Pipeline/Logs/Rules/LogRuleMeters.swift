/// Counts what rules do with what goes to one sink.
struct LogRuleMeters: Sendable {
    private let sink: String
    private let meters: Meters

    init(sink: String, in meters: Meters) {
        self.sink = sink
        self.meters = meters
    }

    /// Records that a step left out.
    func dropped(by step: String, of rule: String) -> Counter {
        self.meters.counter(
            "martlet_log_rule_dropped_records_total",
            "Records that a step of a rule left out.",
            self.labels(step, rule),
        )
    }

    /// Records that a step could not make sense of.
    func failed(in step: String, of rule: String) -> Counter {
        self.meters.counter(
            "martlet_log_rule_errors_total",
            "Records that a step of a rule could not make sense of; they go on as they are.",
            self.labels(step, rule),
        )
    }

    private func labels(_ step: String, _ rule: String) -> [MeterLabel] {
        [MeterLabel("rule", rule), MeterLabel("sink", self.sink), MeterLabel("step", step)]
    }
}
