package import Codecs
package import Config
import Host
package import Pipeline

/// The load averages of `/proc/loadavg`.
package struct LoadAverageCollector: Collector, ~Copyable {
    package static let name: ComponentName = "loadavg"

    private let path: String
    private var file = FileReader(limit: 4096, keepsOpen: true)

    package init(_ options: NoOptions, in context: ComponentContext) throws(ConfigError) {
        self.path = context.roots.procfs + "/loadavg"
    }

    package mutating func collect(into metrics: inout MetricWriter) throws(CollectError) {
        let load: LoadAverage
        do {
            load = try self.file.load(self.path, LoadAverage.init(parsing:))
        } catch {
            throw CollectError(error)
        }
        metrics.gauge("node_load1", "1m load average.", load.one)
        metrics.gauge("node_load5", "5m load average.", load.five)
        metrics.gauge("node_load15", "15m load average.", load.fifteen)
    }
}
