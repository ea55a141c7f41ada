import Bytes
package import Codecs
package import Config
import Host
package import Pipeline

/// The I/O of block devices, of `/proc/diskstats`, and what udev knows of them.
package struct DiskCollector: Collector, ~Copyable {
    package static let name: ComponentName = "diskstats"

    /// What `diskstats` can be told.
    package struct Options: ComponentOptions {
        /// node_exporter's default: partitions and memory disks.
        static let defaultExclude =
            #"^(z?ram|loop|fd|(h|s|v|xv)d[a-z]|nvme\d+n\d+p)\d+$"#

        /// Which devices are covered.
        let devices: DeviceFilter

        package init(from node: inout ConfigNode) throws(ConfigError) {
            self.devices = DeviceFilter(
                "device",
                from: &node,
                excluding: Self.defaultExclude,
                "block devices",
            )
        }
    }

    /// What is known of one device by its name.
    private struct Device: Sendable {
        let name: String
        let isIgnored: Bool
        let rotationalPath: String
    }

    /// One device's numbers of this round.
    private struct Reading: Sendable {
        let device: Device
        let disk: DiskStatistics
    }

    private let roots: HostRoots
    private let options: Options
    private let path: String
    private var table = FileReader(keepsOpen: true)
    private var file = FileReader(limit: 1 << 20)
    private var devices = PositionalCache<Device>()
    private var readings: [Reading] = []

    package init(_ options: Options, in context: ComponentContext) throws(ConfigError) {
        self.options = options
        self.roots = context.roots
        self.path = context.roots.procfs + "/diskstats"
    }

    package mutating func collect(into metrics: inout MetricWriter) throws(CollectError) {
        self.readings.removeAll(keepingCapacity: true)
        do {
            try Self.read(
                self.path,
                with: &self.table,
                self.options.devices,
                self.roots,
                &self.devices,
                into: &self.readings,
            )
        } catch {
            throw CollectError(error)
        }
        self.writeCounts(into: &metrics)
        for reading in self.readings {
            DiskInfoWriter.write(
                reading.device.name,
                reading.disk,
                isRotational: self.file.count(at: reading.device.rotationalPath) == 1,
                self.roots,
                with: &self.file,
                into: &metrics,
            )
        }
    }

    private static func read(
        _ path: String,
        with file: inout FileReader,
        _ filter: DeviceFilter,
        _ roots: HostRoots,
        _ devices: inout PositionalCache<Device>,
        into readings: inout [Reading],
    ) throws(HostError) {
        try file.load(path) { text throws(FormatError) in
            var index = 0
            try DiskStatistics.visit(text) { name, disk in
                let device = devices.value(at: index, for: name) { name in
                    Self.device(name, filter, roots)
                }
                index += 1
                if !device.isIgnored { readings.append(Reading(device: device, disk: disk)) }
            }
        }
    }

    private static func device(
        _ name: Span<UInt8>,
        _ filter: DeviceFilter,
        _ roots: HostRoots,
    ) -> Device {
        let text = name.text
        // A slash in a device's name is an exclamation mark in sysfs.
        let folder = String(text.map { $0 == "/" ? "!" : $0 })
        return Device(
            name: text,
            isIgnored: filter.ignores(name),
            rotationalPath: "\(roots.sysfs)/block/\(folder)/queue/rotational",
        )
    }

    private func writeCounts(into metrics: inout MetricWriter) {
        for (column, (family, factor)) in DiskFamilies.columns.enumerated() {
            metrics.family(family)
            for reading in self.readings where column < reading.disk.columnCount {
                let value = Double(reading.disk.columns[column]) * factor
                metrics.sample(value) { $0.add("device", reading.device.name) }
            }
        }
    }
}
