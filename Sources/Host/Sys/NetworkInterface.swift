import Bytes
import Glibc

/// The attributes of one network device, of `/sys/class/net/<device>`.
///
/// Source: Linux, `Documentation/ABI/testing/sysfs-class-net`.
package struct NetworkInterface: Sendable, Equatable {
    /// Attributes that are numbers, by their files' names.
    package enum Number: String, CaseIterable, Sendable {
        case addressAssignType = "addr_assign_type"
        case carrier
        case carrierChanges = "carrier_changes"
        case carrierUpCount = "carrier_up_count"
        case carrierDownCount = "carrier_down_count"
        case deviceID = "dev_id"
        case dormant
        case flags
        case interfaceIndex = "ifindex"
        case interfaceLink = "iflink"
        case linkMode = "link_mode"
        case mtu
        case nameAssignType = "name_assign_type"
        case deviceGroup = "netdev_group"
        case speed
        case transmitQueueLength = "tx_queue_len"
        case type
    }

    /// Attributes that are texts, by their files' names.
    package enum Text: String, CaseIterable, Sendable {
        case address
        case broadcast
        case duplex
        case operationalState = "operstate"
        case alias = "ifalias"
    }

    /// The device's name.
    package let name: String
    private var numbers: [Number: Int64] = [:]
    private var texts: [Text: String] = [:]

    /// A number; nil where the kernel or the device does not have it.
    package subscript(number: Number) -> Int64? { self.numbers[number] }

    /// A text; empty where the kernel or the device does not have it.
    package subscript(text: Text) -> String { self.texts[text] ?? "" }

    /// The folder that holds the devices.
    package static func folder(in roots: HostRoots) -> String { roots.sysfs + "/class/net" }

    /// The devices' names; what is a plain file there is none.
    package static func names(in roots: HostRoots) throws(HostError) -> [String] {
        try DirectoryListing.names(at: Self.folder(in: roots), leavingOutFiles: true)
    }

    /// Reads the attributes of the device called `name`.
    ///
    /// One that is missing, not permitted, or invalid in the device's state is left out; other
    /// errors are errors.
    package init(
        _ name: String,
        in roots: HostRoots,
        with file: inout FileReader,
    ) throws(HostError) {
        self.name = name
        let folder = try HostFolder("\(Self.folder(in: roots))/\(name)")
        for number in Number.allCases where try Self.load(number.rawValue, of: folder, with: &file)
        {
            self.numbers[number] = file.contents.span.trimmed.signedInteger
        }
        for text in Text.allCases where try Self.load(text.rawValue, of: folder, with: &file) {
            self.texts[text] = file.contents.span.trimmed.text
        }
    }

    /// Whether the attribute is there.
    private static func load(
        _ name: String,
        of folder: borrowing HostFolder,
        with file: inout FileReader,
    ) throws(HostError) -> Bool {
        do {
            try file.load(name, in: folder)
            return true
        } catch {
            switch error.code?.rawValue {
            case ENOENT, EACCES, EPERM, EINVAL, EOPNOTSUPP: return false
            default: throw error
            }
        }
    }
}

extension Span where Element == UInt8 {
    /// The bytes as a signed integer in decimal, or in hexadecimal after `0x`.
    var signedInteger: Int64? {
        guard self.hasPrefix("0x") else { return self.signedDecimal }
        return self.extracting(droppingFirst: 2).unsignedHex.flatMap { Int64(exactly: $0) }
    }
}
