/// What a sink's driver counts.
struct LogSinkMeters: Sendable {
    let requests: Counter
    let failures: Counter
    let requestBytes: Counter
    let records: Counter
    let rejected: Counter
    let retried: Counter
    let resent: Counter
    let truncated: Counter
    let malformed: Counter
    let joining: LogJoinMeters
    let readErrors: Counter
    let checkpointErrors: Counter
    let checkpointDamage: Counter
    let duration: Histogram
    let retrying: Gauge

    /// Makes or finds the counters of one sink.
    init(sink: String, in meters: Meters) {
        let labels = [MeterLabel("sink", sink)]
        func counter(_ name: String, _ help: String) -> Counter {
            meters.counter(name, help, labels)
        }
        self.requests = counter("martlet_sink_requests_total", "Requests sent to the sink.")
        self.failures = counter(
            "martlet_sink_request_failures_total",
            "Requests that the sink did not take as a whole.",
        )
        self.requestBytes = counter(
            "martlet_sink_request_bytes_total",
            "Bytes of request bodies sent to the sink.",
        )
        self.records = counter(
            "martlet_log_sink_records_total",
            "Log records that the sink has confirmed.",
        )
        self.rejected = counter(
            "martlet_log_rejected_records_total",
            "Log records that the sink refused for good.",
        )
        self.retried = counter(
            "martlet_log_retried_records_total",
            "Log records sent again because the sink did not take them.",
        )
        self.resent = counter(
            "martlet_log_resent_records_total",
            "Log records sent again because a stop left it unknown whether they had arrived.",
        )
        self.truncated = counter(
            "martlet_log_truncated_records_total",
            "Log records cut at the longest length allowed.",
        )
        self.malformed = counter(
            "martlet_log_malformed_lines_total",
            "Lines that are not in their file's format, delivered as they are.",
        )
        self.joining = LogJoinMeters(sink: sink, in: meters)
        self.readErrors = counter(
            "martlet_log_read_errors_total",
            "Reads of log files that failed.",
        )
        self.checkpointErrors = counter(
            "martlet_log_checkpoint_errors_total",
            "Checkpoints that could not be written or read.",
        )
        self.checkpointDamage = counter(
            "martlet_log_checkpoint_damaged_bytes_total",
            "Bytes of checkpoint files that could not be understood.",
        )
        self.duration = meters.histogram(
            "martlet_sink_request_duration_seconds",
            "Time until the sink answered.",
            labels,
        )
        self.retrying = meters.gauge(
            "martlet_sink_retrying",
            "Whether the sink's last request failed and is tried again.",
            labels,
        )
    }
}
