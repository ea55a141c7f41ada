package import Codecs
package import Config
import Host
package import Pipeline

/// The system's time, time zone and clock sources.
package struct TimeCollector: Collector, ~Copyable {
    package static let name: ComponentName = "time"

    private let roots: HostRoots
    private let clock: any AgentClock
    private var file = FileReader(limit: 4096)

    package init(_ options: NoOptions, in context: ComponentContext) throws(ConfigError) {
        self.roots = context.roots
        self.clock = context.clock
    }

    package mutating func collect(into metrics: inout MetricWriter) throws(CollectError) {
        let now = self.clock.wallNanoseconds
        metrics.gauge(
            "node_time_seconds",
            "System time in seconds since epoch (1970).",
            Double(now) / 1e9,
        )
        let zone = LocalTimeZone(at: now / 1_000_000_000)
        metrics.family(
            "node_time_zone_offset_seconds",
            .gauge,
            "System time zone offset in seconds.",
        )
        metrics.sample(Double(zone.offset)) { $0.add("time_zone", zone.name) }
        do {
            let sources = try ClockSource.all(in: self.roots, with: &self.file)
            Self.write(sources, into: &metrics)
        } catch {
            throw CollectError(error)
        }
    }

    private static func write(_ sources: [ClockSource], into metrics: inout MetricWriter) {
        for (device, source) in sources.enumerated() {
            metrics.family(
                "node_time_clocksource_available_info",
                .gauge,
                "Available clocksources read from '/sys/devices/system/clocksource'.",
            )
            for name in source.available {
                metrics.sample(1) { labels in
                    labels.add("clocksource", name)
                    labels.add("device", device)
                }
            }
            metrics.family(
                "node_time_clocksource_current_info",
                .gauge,
                "Current clocksource read from '/sys/devices/system/clocksource'.",
            )
            metrics.sample(1) { labels in
                labels.add("clocksource", source.current)
                labels.add("device", device)
            }
        }
    }
}
