import Bytes
import CLinux
import Glibc

/// The IPv4 neighbours (ARP entries) that the kernel knows, counted for each device.
package enum NeighborTable {
    /// The most lines or messages looked at.
    package static var limit: Int { 1 << 20 }
    /// "IP address HW type Flags HW address Mask Device".
    private static var headingWords: Int { 9 }

    /// Counts the entries of `/proc/net/arp`: a line of headings and one for each entry.
    package static func counts(
        parsing text: Span<UInt8>
    ) throws(FormatError) -> [String: Int] {
        var counts: [String: Int] = [:]
        var number = 0
        var offset = 0
        while number < Self.limit, let range = text.nextLine(&offset) {
            number += 1
            let line = text.extracting(range)
            var device = 0..<0
            var columns = 0
            var position = 0
            while let field = line.nextField(&position, line.count) {
                device = field
                columns += 1
            }
            if columns == 0 || (number == 1 && columns == Self.headingWords) { continue }
            if columns != 6 {
                throw FormatError(line: number, expected: "6 columns", found: line)
            }
            counts[line.extracting(device).text, default: 0] += 1
        }
        if number == 0 { throw FormatError(expected: "a line of headings", found: text) }
        return counts
    }

    /// Counts the entries of an rtnetlink dump by the devices' indexes.
    ///
    /// Entries that need no ARP (`NUD_NOARP`) and other families' are left out.
    package static func counts(
        parsingDump messages: Span<UInt8>
    ) throws(FormatError) -> [Int32: Int] {
        var counts: [Int32: Int] = [:]
        try NetlinkMessage.visit(messages) { message in
            let start = message.payload.lowerBound
            guard message.type == UInt16(RTM_NEWNEIGH),
                message.payload.count >= MemoryLayout<ndmsg>.size,
                messages[start] == UInt8(AF_INET)
            else { return }
            // struct ndmsg: family, three bytes of padding, index, state.
            let index = Int32(bitPattern: messages.native32(at: start + 4))
            let state = messages.native16(at: start + 8)
            if state & UInt16(NUD_NOARP) == 0 { counts[index, default: 0] += 1 }
        }
        return counts
    }

    /// The name of the device with `index` in this network namespace; nil if it is gone.
    package static func deviceName(_ index: Int32) -> String? {
        unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(IF_NAMESIZE)) { room in
            guard let start = room.baseAddress,
                unsafe if_indextoname(UInt32(bitPattern: index), start) != nil
            else { return nil }
            return unsafe String(cString: start)
        }
    }
}
