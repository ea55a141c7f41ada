package import Codecs
package import Config
import Glibc
import Host
package import Pipeline

/// How the kernel's clock is kept right, by `adjtimex(2)`.
package struct ClockAdjustmentCollector: Collector, ~Copyable {
    package static let name: ComponentName = "timex"

    private static let microseconds = 1e6
    private static let nanoseconds = 1e9
    /// Parts per million with 16 bits of fraction.
    private static let scaledPPM = 1_000_000.0 * 65536.0

    package init(_ options: NoOptions, in context: ComponentContext) throws(ConfigError) {}

    package mutating func collect(into metrics: inout MetricWriter) throws(CollectError) {
        let clock: ClockAdjustment
        do {
            clock = try ClockAdjustment()
        } catch  where error.code?.rawValue == EPERM {
            throw .noData("adjtimex is not permitted here")
        } catch {
            throw CollectError(error)
        }
        Self.writeClock(clock, into: &metrics)
        Self.writePulse(clock, into: &metrics)
    }

    private static func writeClock(_ clock: ClockAdjustment, into metrics: inout MetricWriter) {
        let divisor = clock.isNanoseconds ? Self.nanoseconds : Self.microseconds
        metrics.gauge(
            "node_timex_sync_status",
            "Is clock synchronized to a reliable server (1 = yes, 0 = no).",
            clock.isSynchronized ? 1 : 0,
        )
        metrics.gauge(
            "node_timex_offset_seconds",
            "Time offset in between local system and reference clock.",
            Double(clock.offset) / divisor,
        )
        metrics.gauge(
            "node_timex_frequency_adjustment_ratio",
            "Local clock frequency adjustment.",
            1 + Double(clock.frequency) / Self.scaledPPM,
        )
        metrics.gauge(
            "node_timex_maxerror_seconds",
            "Maximum error in seconds.",
            Double(clock.maximumError) / Self.microseconds,
        )
        metrics.gauge(
            "node_timex_estimated_error_seconds",
            "Estimated error in seconds.",
            Double(clock.estimatedError) / Self.microseconds,
        )
        metrics.gauge(
            "node_timex_status",
            "Value of the status array bits.",
            Double(clock.status),
        )
        metrics.gauge(
            "node_timex_loop_time_constant",
            "Phase-locked loop time constant.",
            Double(clock.constant),
        )
        metrics.gauge(
            "node_timex_tick_seconds",
            "Seconds between clock ticks.",
            Double(clock.tick) / Self.microseconds,
        )
        metrics.gauge(
            "node_timex_tai_offset_seconds",
            "International Atomic Time (TAI) offset.",
            Double(clock.taiOffset),
        )
    }

    private static func writePulse(_ clock: ClockAdjustment, into metrics: inout MetricWriter) {
        let divisor = clock.isNanoseconds ? Self.nanoseconds : Self.microseconds
        metrics.gauge(
            "node_timex_pps_frequency_hertz",
            "Pulse per second frequency.",
            Double(clock.ppsFrequency) / Self.scaledPPM,
        )
        metrics.gauge(
            "node_timex_pps_jitter_seconds",
            "Pulse per second jitter.",
            Double(clock.ppsJitter) / divisor,
        )
        metrics.gauge(
            "node_timex_pps_shift_seconds",
            "Pulse per second interval duration.",
            Double(clock.ppsShift),
        )
        metrics.gauge(
            "node_timex_pps_stability_hertz",
            "Pulse per second stability, average of recent frequency changes.",
            Double(clock.ppsStability) / Self.scaledPPM,
        )
        metrics.counter(
            "node_timex_pps_jitter_total",
            "Pulse per second count of jitter limit exceeded events.",
            Double(clock.ppsJitterCount),
        )
        metrics.counter(
            "node_timex_pps_calibration_total",
            "Pulse per second count of calibration intervals.",
            Double(clock.ppsCalibrationCount),
        )
        metrics.counter(
            "node_timex_pps_error_total",
            "Pulse per second count of calibration errors.",
            Double(clock.ppsErrorCount),
        )
        metrics.counter(
            "node_timex_pps_stability_exceeded_total",
            "Pulse per second count of stability limit exceeded events.",
            Double(clock.ppsStabilityCount),
        )
    }
}
