package import Codecs
package import Config
import Host
import Patterns
package import Pipeline

/// The state of network devices, of `/sys/class/net`.
package struct NetworkInterfaceCollector: Collector, ~Copyable {
    package static let name: ComponentName = "netclass"

    /// What `netclass` can be told.
    package struct Options: ComponentOptions {
        /// Which devices are left out.
        let ignoredDevices: Pattern
        /// Whether a negative speed is left out.
        let ignoreInvalidSpeed: Bool

        package init(from node: inout ConfigNode) throws(ConfigError) {
            self.ignoredDevices = node.pattern(
                "ignored_devices",
                anchored: false,
                default: .nothing,
                "Regular expression of network devices to ignore.",
            )
            self.ignoreInvalidSpeed = node.bool(
                "ignore_invalid_speed",
                default: false,
                "Leave out speeds that are negative.",
            )
            node.unsupported("netlink", "Attributes are read from sysfs; the series are the same.")
        }
    }

    /// The bit of `flags` that says that a device is up (`IFF_UP`).
    private static let upFlag: Int64 = 1

    private static let families: [(NetworkInterface.Number, MetricFamily)] = [
        (.addressAssignType, gauge("address_assign_type")), (.carrier, gauge("carrier")),
        (.carrierChanges, counter("carrier_changes_total")),
        (.carrierUpCount, counter("carrier_up_changes_total")),
        (.carrierDownCount, counter("carrier_down_changes_total")),
        (.deviceID, gauge("device_id")), (.dormant, gauge("dormant")), (.flags, gauge("flags")),
        (.interfaceIndex, gauge("iface_id")), (.interfaceLink, gauge("iface_link")),
        (.linkMode, gauge("iface_link_mode")), (.mtu, gauge("mtu_bytes")),
        (.nameAssignType, gauge("name_assign_type")), (.deviceGroup, gauge("net_dev_group")),
        (.transmitQueueLength, gauge("transmit_queue_length")), (.type, gauge("protocol_type")),
    ]

    private static func gauge(_ name: String) -> MetricFamily {
        MetricFamily("node_network_\(name)", .gauge, "Network device property: \(name)")
    }

    private static func counter(_ name: String) -> MetricFamily {
        MetricFamily("node_network_\(name)", .counter, "Network device property: \(name)")
    }

    private let options: Options
    private let roots: HostRoots
    private let speed = gauge("speed_bytes")
    private var file = FileReader(limit: 4096)

    package init(_ options: Options, in context: ComponentContext) throws(ConfigError) {
        self.options = options
        self.roots = context.roots
    }

    package mutating func collect(into metrics: inout MetricWriter) throws(CollectError) {
        let names: [String]
        do {
            names = try NetworkInterface.names(in: self.roots)
        } catch  where error.isMissing || error.code == .notPermitted {
            throw .noData(error.description)
        } catch {
            throw CollectError(error)
        }
        for name in names where !self.options.ignoredDevices.matches(name) {
            do {
                let device = try NetworkInterface(name, in: self.roots, with: &self.file)
                self.write(device, into: &metrics)
            } catch  where error.code?.name == "ENODEV" {
                // The device went away while it was read.
            } catch {
                throw CollectError(error)
            }
        }
    }

    private func write(_ device: NetworkInterface, into metrics: inout MetricWriter) {
        metrics.family(
            "node_network_up",
            .gauge,
            "Value is 1 if operstate is 'up', 0 otherwise.",
        )
        metrics.sample(device[.operationalState] == "up" ? 1 : 0) { $0.add("device", device.name) }
        metrics.family(
            "node_network_info",
            .gauge,
            "Non-numeric data from /sys/class/net/<iface>, value is always 1.",
        )
        metrics.sample(1) { labels in
            labels.add("address", device[.address])
            labels.add("adminstate", Self.administrativeState(device[.flags]))
            labels.add("broadcast", device[.broadcast])
            labels.add("device", device.name)
            labels.add("duplex", device[.duplex])
            labels.add("ifalias", device[.alias])
            labels.add("operstate", device[.operationalState])
        }
        for (number, family) in Self.families {
            guard let value = device[number] else { continue }
            metrics.family(family)
            metrics.sample(Double(value)) { $0.add("device", device.name) }
        }
        guard let speed = device[.speed], speed >= 0 || !self.options.ignoreInvalidSpeed else {
            return
        }
        // Megabits to bytes, in integers as node_exporter does it.
        metrics.family(self.speed)
        metrics.sample(Double(speed &* 1_000_000 / 8)) { $0.add("device", device.name) }
    }

    private static func administrativeState(_ flags: Int64?) -> String {
        guard let flags else { return "unknown" }
        return flags & Self.upFlag == 0 ? "down" : "up"
    }
}
