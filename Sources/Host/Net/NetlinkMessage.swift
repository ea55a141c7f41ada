import Bytes
import CLinux

/// One message of a netlink dump.
///
/// Source: netlink(7).
struct NetlinkMessage {
    /// The message's type.
    let type: UInt16
    /// Where its contents are, after the header.
    let payload: Range<Int>

    private static var headerSize: Int { MemoryLayout<nlmsghdr>.size }

    /// Hands each message before the end of the dump to `body`.
    static func visit(
        _ bytes: Span<UInt8>,
        _ body: (NetlinkMessage) -> Void,
    ) throws(FormatError) {
        var offset = 0
        while offset + Self.headerSize <= bytes.count {
            let length = Int(bytes.native32(at: offset))
            let type = bytes.native16(at: offset + 4)
            guard length >= Self.headerSize, offset + length <= bytes.count else { break }
            let payload = offset + Self.headerSize..<offset + length
            if type == UInt16(NLMSG_DONE) { return }
            if type == UInt16(NLMSG_ERROR) {
                throw FormatError(
                    expected: "links, not an error of the kernel",
                    found: bytes.extracting(payload),
                )
            }
            body(NetlinkMessage(type: type, payload: payload))
            offset += (length + 3) & ~3
        }
        throw FormatError(
            expected: "a netlink dump up to its end",
            found: bytes.extracting(droppingFirst: min(offset, bytes.count)),
        )
    }

    /// Whether the last datagram in `bytes`, from `start`, ends the dump or reports an error.
    static func isLast(_ bytes: Span<UInt8>, from start: Int) -> Bool {
        var offset = start
        while offset + Self.headerSize <= bytes.count {
            let type = bytes.native16(at: offset + 4)
            if type == UInt16(NLMSG_DONE) || type == UInt16(NLMSG_ERROR) { return true }
            let length = Int(bytes.native32(at: offset))
            if length < Self.headerSize { return true }
            offset += (length + 3) & ~3
        }
        return false
    }

    /// Hands each attribute's type and place to `body`; stops at what is cut off.
    static func visitAttributes(
        _ bytes: Span<UInt8>,
        in range: Range<Int>,
        _ body: (_ type: UInt16, _ value: Range<Int>) -> Void,
    ) {
        var offset = range.lowerBound
        while offset + 4 <= range.upperBound {
            let length = Int(bytes.native16(at: offset))
            if length < 4 || offset + length > range.upperBound { return }
            body(bytes.native16(at: offset + 2), offset + 4..<offset + length)
            offset += (length + 3) & ~3
        }
    }
}
