package import Codecs
package import Config
import Host
package import Pipeline

/// The kernel's entropy pool, of `/proc/sys/kernel/random`.
package struct EntropyCollector: Collector, ~Copyable {
    package static let name: ComponentName = "entropy"

    private let folder: String
    private var file = FileReader(limit: 4096)

    package init(_ options: NoOptions, in context: ComponentContext) throws(ConfigError) {
        self.folder = context.roots.procfs + "/sys/kernel/random"
    }

    package mutating func collect(into metrics: inout MetricWriter) throws(CollectError) {
        do {
            metrics.gauge(
                "node_entropy_available_bits",
                "Bits of available entropy.",
                Double(try self.file.number(at: self.folder + "/entropy_avail")),
            )
            metrics.gauge(
                "node_entropy_pool_size_bits",
                "Bits of entropy pool.",
                Double(try self.file.number(at: self.folder + "/poolsize")),
            )
        } catch {
            throw CollectError(error)
        }
    }
}
