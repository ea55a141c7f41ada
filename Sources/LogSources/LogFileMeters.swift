import Pipeline

/// What a source of files counts.
struct LogFileMeters: Sendable {
    let open: Gauge
    let leftOut: Gauge
    let watches: Gauge
    let isWatching: Gauge
    let overflows: Counter
    let errors: Counter
    let found: Counter
    let truncated: Counter
    let deletedBytes: Gauge
    let givenUp: Counter

    init(source: String, in meters: Meters) {
        let labels = [MeterLabel("source", source)]
        self.open = meters.gauge("martlet_log_open_files", "Log files that are open.", labels)
        self.leftOut = meters.gauge(
            "martlet_log_files_left_out",
            "Log files that wait because too many are open.",
            labels,
        )
        self.watches = meters.gauge("martlet_log_watches", "Folders that are watched.", labels)
        self.isWatching = meters.gauge(
            "martlet_log_watching",
            "Whether every folder is watched; if not, files are looked at in short intervals.",
            labels,
        )
        self.overflows = meters.counter(
            "martlet_log_watch_overflows_total",
            "Times that the kernel had too many changes to tell of, so that everything was looked at.",
            labels,
        )
        self.errors = meters.counter(
            "martlet_log_file_errors_total",
            "Log files and folders that could not be opened or listed.",
            labels,
        )
        self.found = meters.counter("martlet_log_files_total", "Log files found.", labels)
        self.deletedBytes = meters.gauge(
            "martlet_log_deleted_bytes",
            "Disk space that deleted log files keep because they are not read.",
            labels,
        )
        self.givenUp = meters.counter(
            "martlet_log_files_given_up_total",
            "Deleted log files that were given up before they were read.",
            labels,
        )
        self.truncated = meters.counter(
            "martlet_log_files_truncated_total",
            "Log files that were truncated or rewritten under the same name.",
            labels,
        )
    }
}
