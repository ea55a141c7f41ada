package import Codecs
package import Config
import Host
package import Pipeline

/// Temperatures and cooling devices, of `/sys/class/thermal`.
package struct ThermalZoneCollector: Collector, ~Copyable {
    package static let name: ComponentName = "thermal_zone"
    /// Sensors answer over slow buses.
    package static var canWait: Bool { true }

    private let roots: HostRoots
    private var file = FileReader(limit: 4096)

    package init(_ options: NoOptions, in context: ComponentContext) throws(ConfigError) {
        self.roots = context.roots
    }

    package mutating func collect(into metrics: inout MetricWriter) throws(CollectError) {
        do {
            let zones = try ThermalZone.all(in: self.roots, with: &self.file)
            metrics.family("node_thermal_zone_temp", .gauge, "Zone temperature in Celsius")
            for zone in zones {
                metrics.sample(Double(zone.millidegrees) / 1000) { labels in
                    labels.add("type", zone.type)
                    labels.add("zone", zone.number)
                }
            }
            let devices = try CoolingDevice.all(in: self.roots, with: &self.file)
            Self.write(devices, into: &metrics)
        } catch {
            throw CollectError(error)
        }
    }

    private static func write(_ devices: [CoolingDevice], into metrics: inout MetricWriter) {
        for device in devices {
            metrics.family(
                "node_cooling_device_cur_state",
                .gauge,
                "Current throttle state of the cooling device",
            )
            metrics.sample(Double(device.currentState)) { labels in
                labels.add("name", device.number)
                labels.add("type", device.type)
            }
            metrics.family(
                "node_cooling_device_max_state",
                .gauge,
                "Maximum throttle state of the cooling device",
            )
            metrics.sample(Double(device.maximumState)) { labels in
                labels.add("name", device.number)
                labels.add("type", device.type)
            }
        }
    }
}
