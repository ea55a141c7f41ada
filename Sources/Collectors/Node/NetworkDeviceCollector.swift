import Bytes
package import Codecs
package import Config
import Host
package import Pipeline

/// What network devices received and sent.
package struct NetworkDeviceCollector: Collector, ~Copyable {
    package static let name: ComponentName = "netdev"

    /// What `netdev` can be told.
    package struct Options: ComponentOptions {
        /// Which devices are covered.
        let devices: DeviceFilter
        /// Whether the kernel is asked by rtnetlink, not by `/proc/net/dev`.
        let netlink: Bool
        /// Whether the devices' addresses are shown.
        let addressInfo: Bool
        /// Whether every counter is shown by itself, under names of its own.
        let detailedMetrics: Bool
        /// Whether the devices' aliases are a label.
        let labelAlias: Bool

        package init(from node: inout ConfigNode) throws(ConfigError) {
            self.devices = DeviceFilter("device", from: &node, "network devices")
            self.netlink = node.bool(
                "netlink",
                default: true,
                "Use netlink to gather stats instead of /proc/net/dev.",
            )
            self.addressInfo = node.bool(
                "address_info",
                default: false,
                "Export the addresses of every device.",
            )
            self.detailedMetrics = node.bool(
                "enable_detailed_metrics",
                default: false,
                "Use (incompatible) metric names that provide more detailed stats.",
            )
            self.labelAlias = node.bool(
                "label_ifalias",
                default: false,
                "Add the label `ifalias`.",
            )
        }
    }

    /// What is known of one device by its name.
    private struct Device: Sendable {
        let name: String
        let isIgnored: Bool
    }

    /// One device's numbers of this round, in the order of the source's columns.
    private struct Reading: Sendable {
        let name: String
        let alias: String
        var counts: InlineArray<24, UInt64>
    }

    private let options: Options
    private let roots: HostRoots
    private let tablePath: String
    private let families: [NetworkFamily]
    private var table = FileReader(keepsOpen: true)
    private var file = FileReader(limit: 4096)
    private var answer = OutputBuffer(capacity: 16 << 10)
    private var devices = PositionalCache<Device>()
    private var readings: [Reading] = []

    package init(_ options: Options, in context: ComponentContext) throws(ConfigError) {
        self.options = options
        self.roots = context.roots
        self.tablePath = context.roots.procfs + "/net/dev"
        self.families = NetworkFamily.all(
            netlink: options.netlink,
            detailed: options.detailedMetrics,
        )
    }

    package mutating func collect(into metrics: inout MetricWriter) throws(CollectError) {
        self.readings.removeAll(keepingCapacity: true)
        do {
            if self.options.netlink {
                try Self.readLinks(
                    with: &self.answer,
                    self.options.devices,
                    &self.devices,
                    into: &self.readings,
                )
            } else {
                try Self.readTable(
                    self.tablePath,
                    with: &self.table,
                    self.options.devices,
                    &self.devices,
                    into: &self.readings,
                )
            }
            if self.options.labelAlias { self.readAliases() }
            self.writeCounts(into: &metrics)
            if self.options.addressInfo { try self.writeAddresses(into: &metrics) }
        } catch {
            throw CollectError(error)
        }
    }

    private static func readLinks(
        with answer: inout OutputBuffer,
        _ filter: DeviceFilter,
        _ devices: inout PositionalCache<Device>,
        into readings: inout [Reading],
    ) throws(HostError) {
        // A socket for each round: it belongs to this namespace and holds no stale answers.
        var socket = try NetlinkSocket()
        try socket.dumpLinks(into: &answer)
        do {
            var index = 0
            try LinkStatistics.visit(answer.span) { name, link in
                let device = devices.value(at: index, for: name) { name in
                    Device(name: name.text, isIgnored: filter.ignores(name))
                }
                index += 1
                if device.isIgnored { return }
                readings.append(Reading(name: device.name, alias: "", counts: link.counters))
            }
        } catch {
            throw .malformed("rtnetlink", error)
        }
    }

    private static func readTable(
        _ path: String,
        with file: inout FileReader,
        _ filter: DeviceFilter,
        _ devices: inout PositionalCache<Device>,
        into readings: inout [Reading],
    ) throws(HostError) {
        try file.load(path) { text throws(FormatError) in
            var index = 0
            try NetworkDeviceTable.visit(text) { name, columns in
                let device = devices.value(at: index, for: name) { name in
                    Device(name: name.text, isIgnored: filter.ignores(name))
                }
                index += 1
                if device.isIgnored { return }
                var reading = Reading(name: device.name, alias: "", counts: .init(repeating: 0))
                for column in 0..<16 { reading.counts[column] = columns[column] }
                readings.append(reading)
            }
        }
    }

    private mutating func readAliases() {
        for (index, reading) in self.readings.enumerated() {
            var alias = ""
            do {
                try self.file.load("\(self.roots.sysfs)/class/net/\(reading.name)/ifalias")
                alias = self.file.contents.span.trimmed.text
            } catch {
                // The device is gone by now, or sysfs is not there: it has no alias to show.
            }
            self.readings[index] = Reading(
                name: reading.name,
                alias: alias,
                counts: reading.counts,
            )
        }
    }

    private func writeCounts(into metrics: inout MetricWriter) {
        let withAlias = self.options.labelAlias
        for family in self.families {
            metrics.family(family.family)
            for reading in self.readings {
                var count: UInt64 = 0
                for column in family.columns { count &+= reading.counts[column] }
                metrics.sample(Double(count)) { labels in
                    labels.add("device", reading.name)
                    if withAlias { labels.add("ifalias", reading.alias) }
                }
            }
        }
    }

    private func writeAddresses(into metrics: inout MetricWriter) throws(HostError) {
        metrics.family(
            "node_network_address_info",
            .gauge,
            "node network address by device",
        )
        for address in try InterfaceAddress.all()
        where !self.options.devices.ignores(address.device) {
            metrics.sample(1) { labels in
                labels.add("address", address.address)
                labels.add("device", address.device)
                labels.add("netmask", address.prefixLength)
                labels.add("scope", Self.name(of: address.scope))
            }
        }
    }

    private static func name(of scope: InterfaceAddress.Scope) -> String {
        switch scope {
        case .linkLocal: "link-local"
        case .interfaceLocal: "interface-local"
        case .global: "global"
        case .none: ""
        }
    }
}
