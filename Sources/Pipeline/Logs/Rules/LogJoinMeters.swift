/// Counts what becomes of lines that are joined for one sink.
struct LogJoinMeters: Sendable {
    let joinedLines: Counter
    let dividedRecords: Counter
    let unknownWays: Counter

    init(sink: String, in meters: Meters) {
        let labels = [MeterLabel("sink", sink)]
        self.joinedLines = meters.counter(
            "martlet_log_joined_lines_total",
            "Lines that were joined to the record before them.",
            labels,
        )
        self.dividedRecords = meters.counter(
            "martlet_log_join_divided_records_total",
            "Records that go on in another one because they reached a limit of joining.",
            labels,
        )
        self.unknownWays = meters.counter(
            "martlet_log_unknown_joins_total",
            "Times that a pod asked for a way of joining lines that there is not.",
            labels,
        )
    }
}
