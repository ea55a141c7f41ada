import Bytes

/// The properties that udev keeps about one device, in `/run/udev/data/b<major>:<minor>`.
///
/// Holds where the values are in the text it was parsed from, so that nothing is copied.
/// Source: sd-device(3); the file's lines `E:KEY=VALUE`.
package struct UdevProperties: Sendable {
    /// The properties that are looked for.
    package enum Key: Int, CaseIterable, Sendable {
        case deviceMapperName
        case deviceMapperUUID
        case volumeGroup
        case logicalVolume
        case logicalVolumeLayer
        case ata
        case ataRotationRate
        case ataWriteCache
        case ataWriteCacheEnabled
        case filesystemType
        case filesystemUsage
        case filesystemUUID
        case filesystemVersion
        case path
        case wwn
        case model
        case serial
        case serialShort
        case scsiSerial
        case revision

        var name: StaticString {
            switch self {
            case .deviceMapperName: "DM_NAME"
            case .deviceMapperUUID: "DM_UUID"
            case .volumeGroup: "DM_VG_NAME"
            case .logicalVolume: "DM_LV_NAME"
            case .logicalVolumeLayer: "DM_LV_LAYER"
            case .ata: "ID_ATA"
            case .ataRotationRate: "ID_ATA_ROTATION_RATE_RPM"
            case .ataWriteCache: "ID_ATA_WRITE_CACHE"
            case .ataWriteCacheEnabled: "ID_ATA_WRITE_CACHE_ENABLED"
            case .filesystemType: "ID_FS_TYPE"
            case .filesystemUsage: "ID_FS_USAGE"
            case .filesystemUUID: "ID_FS_UUID"
            case .filesystemVersion: "ID_FS_VERSION"
            case .path: "ID_PATH"
            case .wwn: "ID_WWN"
            case .model: "ID_MODEL"
            case .serial: "ID_SERIAL"
            case .serialShort: "ID_SERIAL_SHORT"
            case .scsiSerial: "SCSI_IDENT_SERIAL"
            case .revision: "ID_REVISION"
            }
        }
    }

    private var values: InlineArray<20, Range<Int>?> = .init(repeating: nil)

    /// No properties.
    package init() {}

    /// Finds the properties in `text`; lines of other kinds are passed over.
    package init(parsing text: Span<UInt8>) {
        var offset = 0
        while let range = text.nextLine(&offset) {
            let line = text.extracting(range)
            guard line.hasPrefix("E:"), let equals = line.firstOffset(of: UInt8(ascii: "="))
            else { continue }
            let name = line.extracting(2..<max(equals, 2))
            for key in Key.allCases where name.equals(key.name) {
                self.values[key.rawValue] = range.lowerBound + equals + 1..<range.upperBound
            }
        }
    }

    /// Where the value of `key` is in the text; empty if there is none.
    package subscript(key: Key) -> Range<Int> { self.values[key.rawValue] ?? 0..<0 }

    /// Whether `key` is there, be it empty.
    package func has(_ key: Key) -> Bool { self.values[key.rawValue] != nil }

    /// The device's serial number as printed on it, as far as udev knows.
    package var serialNumber: Range<Int> {
        for key in [Key.scsiSerial, .serialShort] where !self[key].isEmpty { return self[key] }
        return self[.serial]
    }
}
