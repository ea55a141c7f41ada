package import Codecs
package import Config
import Host
package import Pipeline

/// Bytes that wait in the queues of UDP sockets, of `/proc/net/udp` and `udp6`.
package struct UDPQueueCollector: Collector, ~Copyable {
    package static let name: ComponentName = "udp_queues"

    private let folder: String
    private var file = FileReader()

    package init(_ options: NoOptions, in context: ComponentContext) throws(ConfigError) {
        self.folder = context.roots.procfs + "/net"
    }

    package mutating func collect(into metrics: inout MetricWriter) throws(CollectError) {
        let hasIPv4 = try self.write("/udp", "v4", into: &metrics)
        let hasIPv6 = try self.write("/udp6", "v6", into: &metrics)
        if !hasIPv4, !hasIPv6 { throw .noData("there is no UDP in this kernel") }
    }

    private mutating func write(
        _ name: String,
        _ version: String,
        into metrics: inout MetricWriter,
    ) throws(CollectError) -> Bool {
        let queues: UDPQueues
        do {
            queues = try self.file.load(self.folder + name, UDPQueues.init(parsing:))
        } catch  where error.isMissing {
            return false
        } catch {
            throw CollectError(error)
        }
        metrics.family(
            "node_udp_queues",
            .gauge,
            "Number of allocated memory in the kernel for UDP datagrams in bytes.",
        )
        metrics.sample(Double(queues.transmit)) { labels in
            labels.add("ip", version)
            labels.add("queue", "tx")
        }
        metrics.sample(Double(queues.receive)) { labels in
            labels.add("ip", version)
            labels.add("queue", "rx")
        }
        return true
    }
}
