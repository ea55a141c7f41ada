import Bytes
package import Codecs
package import Config
import Host
package import Pipeline

/// ARP entries for each network device.
package struct NeighborCollector: Collector, ~Copyable {
    package static let name: ComponentName = "arp"

    /// What `arp` can be told.
    package struct Options: ComponentOptions {
        /// Which devices are covered.
        let devices: DeviceFilter
        /// Whether the kernel is asked by rtnetlink, not by `/proc/net/arp`.
        let netlink: Bool

        package init(from node: inout ConfigNode) throws(ConfigError) {
            self.devices = DeviceFilter("device", from: &node, "network devices")
            self.netlink = node.bool(
                "netlink",
                default: true,
                "Use netlink to gather stats instead of /proc/net/arp.",
            )
        }
    }

    private let options: Options
    private let path: String
    private var file = FileReader()
    private var answer = OutputBuffer(capacity: 4096)

    package init(_ options: Options, in context: ComponentContext) throws(ConfigError) {
        self.options = options
        self.path = context.roots.procfs + "/net/arp"
    }

    package mutating func collect(into metrics: inout MetricWriter) throws(CollectError) {
        let counts: [String: Int]
        do {
            counts =
                self.options.netlink
                ? try self.dumped()
                : try self.file.load(self.path, NeighborTable.counts(parsing:))
        } catch {
            throw CollectError(error)
        }
        metrics.family("node_arp_entries", .gauge, "ARP entries by device")
        for (device, count) in counts where !self.options.devices.ignores(device) {
            metrics.sample(Double(count)) { $0.add("device", device) }
        }
    }

    private mutating func dumped() throws(HostError) -> [String: Int] {
        var socket = try NetlinkSocket()
        try socket.dumpNeighbors(into: &self.answer)
        let indexes: [Int32: Int]
        do {
            indexes = try NeighborTable.counts(parsingDump: self.answer.span)
        } catch {
            throw .malformed("rtnetlink", error)
        }
        var counts: [String: Int] = [:]
        for (index, count) in indexes {
            guard let device = NeighborTable.deviceName(index) else { continue }
            counts[device, default: 0] += count
        }
        return counts
    }
}
