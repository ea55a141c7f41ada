import Glibc

/// One IP address of a network device.
package struct InterfaceAddress: Sendable, Equatable {
    /// How far an address reaches.
    package enum Scope: Sendable, Hashable {
        /// This machine or this link.
        case linkLocal
        /// This interface: IPv6 multicast only.
        case interfaceLocal
        /// Anywhere.
        case global
        /// None of these.
        case none
    }

    /// The device's name.
    package let device: String
    /// The address in its usual text form.
    package let address: String
    /// The bits of the network's prefix.
    package let prefixLength: Int
    /// How far the address reaches.
    package let scope: Scope

    /// The most addresses taken.
    package static var limit: Int { 1 << 16 }

    /// The IPv4 and IPv6 addresses of every device in this network namespace.
    package static func all() throws(HostError) -> [InterfaceAddress] {
        var list: UnsafeMutablePointer<ifaddrs>?
        if unsafe getifaddrs(&list) != 0 { throw .unreadable("rtnetlink", "getifaddrs", .current) }
        defer { unsafe freeifaddrs(list) }
        var addresses: [InterfaceAddress] = []
        var next = unsafe list
        while addresses.count < Self.limit, let entry = unsafe next?.pointee {
            unsafe next = entry.ifa_next
            guard let address = unsafe Self.bytes(of: entry.ifa_addr),
                let mask = unsafe Self.bytes(of: entry.ifa_netmask)
            else { continue }
            let device = unsafe String(cString: entry.ifa_name)
            addresses.append(InterfaceAddress(device, address, mask))
        }
        return addresses
    }

    /// Describes an address of 4 or 16 bytes.
    package init(_ device: String, _ address: [UInt8], _ mask: [UInt8]) {
        // An IPv4 address inside IPv6 is written, and judged, as IPv4.
        let isMapped =
            address.count == 16 && address.prefix(10).allSatisfy { $0 == 0 }
            && address[10] == 0xff && address[11] == 0xff
        let bytes = isMapped ? Array(address.suffix(4)) : address
        let bits = mask.reduce(0) { $0 + $1.nonzeroBitCount }
        self.device = device
        self.prefixLength = isMapped ? max(bits - 96, 0) : bits
        self.address = Self.text(bytes)
        self.scope = Self.scope(bytes)
    }

    private static func bytes(of address: UnsafeMutablePointer<sockaddr>?) -> [UInt8]? {
        guard let address = unsafe address else { return nil }
        switch unsafe Int32(address.pointee.sa_family) {
        case AF_INET:
            return unsafe address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                unsafe withUnsafeBytes(of: $0.pointee.sin_addr) { unsafe Array($0) }
            }
        case AF_INET6:
            return unsafe address.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) {
                unsafe withUnsafeBytes(of: $0.pointee.sin6_addr) { unsafe Array($0) }
            }
        default: return nil
        }
    }

    private static func text(_ bytes: [UInt8]) -> String {
        let family = bytes.count == 4 ? AF_INET : AF_INET6
        return unsafe withUnsafeTemporaryAllocation(
            of: CChar.self,
            capacity: Int(INET6_ADDRSTRLEN),
        ) { room in
            guard let start = room.baseAddress,
                unsafe inet_ntop(family, bytes, start, socklen_t(room.count)) != nil
            else { return "" }
            return unsafe String(cString: start)
        }
    }

    private static func scope(_ bytes: [UInt8]) -> Scope {
        if bytes.count == 4 {
            if bytes[0] == 127 || (bytes[0] == 169 && bytes[1] == 254) { return .linkLocal }
            if bytes[0] == 224, bytes[1] == 0, bytes[2] == 0 { return .linkLocal }
            if bytes[0] & 0xf0 == 224 || bytes == [255, 255, 255, 255] || bytes == [0, 0, 0, 0] {
                return .none
            }
            return .global
        }
        guard bytes.count == 16 else { return .none }
        let isZero = bytes.dropLast().allSatisfy { $0 == 0 }
        if isZero { return bytes[15] == 1 ? .linkLocal : bytes[15] == 0 ? .none : .global }
        if bytes[0] == 0xfe, bytes[1] & 0xc0 == 0x80 { return .linkLocal }
        if bytes[0] == 0xff {
            switch bytes[1] & 0x0f {
            case 1: return .interfaceLocal
            case 2: return .linkLocal
            default: return .none
            }
        }
        return .global
    }
}
