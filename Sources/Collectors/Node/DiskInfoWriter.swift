import Bytes
import Codecs
import Host

/// Writes what udev knows of one block device.
enum DiskInfoWriter {
    private static let ata: [(UdevProperties.Key, MetricFamily)] = [
        (
            .ataWriteCache,
            MetricFamily("node_disk_ata_write_cache", .gauge, "ATA disk has a write cache."),
        ),
        (
            .ataWriteCacheEnabled,
            MetricFamily(
                "node_disk_ata_write_cache_enabled",
                .gauge,
                "ATA disk has its write cache enabled.",
            ),
        ),
        (
            .ataRotationRate,
            MetricFamily(
                "node_disk_ata_rotation_rate_rpm",
                .gauge,
                "ATA disk rotation rate in RPMs (0 for SSDs).",
            ),
        ),
    ]

    /// Writes the families of the device called `name`; without udev their labels are empty.
    static func write(
        _ name: String,
        _ disk: DiskStatistics,
        isRotational: Bool,
        _ roots: HostRoots,
        with file: inout FileReader,
        into metrics: inout MetricWriter,
    ) {
        var properties = UdevProperties()
        do {
            try file.load("\(roots.udevData)/b\(disk.major):\(disk.minor)")
            properties = UdevProperties(parsing: file.contents.span)
        } catch {
            // udev is not there or does not know the device; the labels stay empty.
        }
        let text = file.contents.span
        metrics.family("node_disk_info", .gauge, "Info of /sys/block/<block_device>.")
        metrics.sample(1) { labels in
            labels.add("device", name)
            labels.add("major", Int(disk.major))
            labels.add("minor", Int(disk.minor))
            labels.add("model", text.extracting(properties[.model]))
            labels.add("path", text.extracting(properties[.path]))
            labels.add("revision", text.extracting(properties[.revision]))
            labels.add("rotational", isRotational ? "1" : "0")
            labels.add("serial", text.extracting(properties.serialNumber))
            labels.add("wwn", text.extracting(properties[.wwn]))
        }
        Self.writeFilesystem(name, properties, text, into: &metrics)
        Self.writeDeviceMapper(name, properties, text, into: &metrics)
        if properties[.ata].isEmpty { return }
        for (key, family) in Self.ata where properties.has(key) {
            guard let value = text.extracting(properties[key]).decimalFloat else { continue }
            metrics.family(family)
            metrics.sample(value) { $0.add("device", name) }
        }
    }

    private static func writeFilesystem(
        _ name: String,
        _ properties: UdevProperties,
        _ text: Span<UInt8>,
        into metrics: inout MetricWriter,
    ) {
        if properties[.filesystemType].isEmpty { return }
        metrics.family("node_disk_filesystem_info", .gauge, "Info about disk filesystem.")
        metrics.sample(1) { labels in
            labels.add("device", name)
            labels.add("type", text.extracting(properties[.filesystemType]))
            labels.add("usage", text.extracting(properties[.filesystemUsage]))
            labels.add("uuid", text.extracting(properties[.filesystemUUID]))
            labels.add("version", text.extracting(properties[.filesystemVersion]))
        }
    }

    private static func writeDeviceMapper(
        _ name: String,
        _ properties: UdevProperties,
        _ text: Span<UInt8>,
        into metrics: inout MetricWriter,
    ) {
        if properties[.deviceMapperName].isEmpty { return }
        metrics.family("node_disk_device_mapper_info", .gauge, "Info about disk device mapper.")
        metrics.sample(1) { labels in
            labels.add("device", name)
            labels.add("lv_layer", text.extracting(properties[.logicalVolumeLayer]))
            labels.add("lv_name", text.extracting(properties[.logicalVolume]))
            labels.add("name", text.extracting(properties[.deviceMapperName]))
            labels.add("uuid", text.extracting(properties[.deviceMapperUUID]))
            labels.add("vg_name", text.extracting(properties[.volumeGroup]))
        }
    }
}
