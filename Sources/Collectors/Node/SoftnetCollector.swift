package import Codecs
package import Config
import Host
package import Pipeline

/// Packets handled by each CPU, of `/proc/net/softnet_stat`.
package struct SoftnetCollector: Collector, ~Copyable {
    package static let name: ComponentName = "softnet"

    private static let families: [(MetricFamily, @Sendable (SoftnetStatistics) -> UInt64)] = [
        (counter("processed", "Number of processed packets"), { $0.processed }),
        (counter("dropped", "Number of dropped packets"), { $0.dropped }),
        (
            counter(
                "times_squeezed",
                "Number of times processing packets ran out of quota",
            ), { $0.timesSqueezed },
        ),
        (
            counter(
                "cpu_collision",
                "Number of collision occur while obtaining device lock while transmitting",
            ), { $0.collisions },
        ),
        (
            counter("received_rps", "Number of times cpu woken up received_rps"),
            { $0.receivedRPS },
        ),
        (
            counter("flow_limit_count", "Number of times flow limit has been reached"),
            { $0.flowLimitCount },
        ),
        (
            MetricFamily("node_softnet_backlog_len", .gauge, "Softnet backlog status"),
            { $0.backlogLength },
        ),
    ]

    private static func counter(_ name: String, _ help: String) -> MetricFamily {
        MetricFamily("node_softnet_\(name)_total", .counter, help)
    }

    private let path: String
    private var file = FileReader(keepsOpen: true)

    package init(_ options: NoOptions, in context: ComponentContext) throws(ConfigError) {
        self.path = context.roots.procfs + "/net/softnet_stat"
    }

    package mutating func collect(into metrics: inout MetricWriter) throws(CollectError) {
        do {
            try self.file.load(self.path) { text throws(FormatError) in
                try SoftnetStatistics.visit(text) { cpu in
                    for (family, value) in Self.families {
                        metrics.family(family)
                        metrics.sample(Double(value(cpu))) { $0.add("cpu", cpu.cpu) }
                    }
                }
            }
        } catch {
            throw CollectError(error)
        }
    }
}
