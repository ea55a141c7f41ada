import Codecs

/// The families of the columns of `/proc/diskstats`, in the file's order.
enum DiskFamilies {
    /// A sector is 512 bytes whatever the device's own blocks are.
    private static let sector = 512.0
    /// Multiplied, as in node_exporter: dividing by 1000 gives other last digits.
    private static let millisecond = 1.0 / 1000.0

    /// Each column's family and the factor that gives its unit.
    static let columns: [(MetricFamily, factor: Double)] = [
        (
            counter("reads_completed_total", "The total number of reads completed successfully."),
            1,
        ),
        (counter("reads_merged_total", "The total number of reads merged."), 1),
        (counter("read_bytes_total", "The total number of bytes read successfully."), sector),
        (
            counter(
                "read_time_seconds_total",
                "The total number of seconds spent by all reads.",
            ), millisecond,
        ),
        (
            counter(
                "writes_completed_total",
                "The total number of writes completed successfully.",
            ), 1,
        ),
        (counter("writes_merged_total", "The number of writes merged."), 1),
        (
            counter("written_bytes_total", "The total number of bytes written successfully."),
            sector,
        ),
        (
            counter(
                "write_time_seconds_total",
                "This is the total number of seconds spent by all writes.",
            ), millisecond,
        ),
        (
            MetricFamily(
                "node_disk_io_now",
                .gauge,
                "The number of I/Os currently in progress.",
            ), 1,
        ),
        (counter("io_time_seconds_total", "Total seconds spent doing I/Os."), millisecond),
        (
            counter(
                "io_time_weighted_seconds_total",
                "The weighted # of seconds spent doing I/Os.",
            ), millisecond,
        ),
        (
            counter(
                "discards_completed_total",
                "The total number of discards completed successfully.",
            ), 1,
        ),
        (counter("discards_merged_total", "The total number of discards merged."), 1),
        (
            counter(
                "discarded_sectors_total",
                "The total number of sectors discarded successfully.",
            ), 1,
        ),
        (
            counter(
                "discard_time_seconds_total",
                "This is the total number of seconds spent by all discards.",
            ), millisecond,
        ),
        (
            counter(
                "flush_requests_total",
                "The total number of flush requests completed successfully",
            ), 1,
        ),
        (
            counter(
                "flush_requests_time_seconds_total",
                "This is the total number of seconds spent by all flush requests.",
            ), millisecond,
        ),
    ]

    private static func counter(_ name: String, _ help: String) -> MetricFamily {
        MetricFamily("node_disk_\(name)", .counter, help)
    }
}
