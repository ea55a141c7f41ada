import Bytes
import CLinux

/// What one network device received and sent, from the kernel's `RTM_NEWLINK` messages.
///
/// Source: rtnetlink(7); Linux, `include/uapi/linux/if_link.h`, `struct rtnl_link_stats64`.
package struct LinkStatistics: Sendable {
    /// The counters, in the order of the kernel's structure.
    package enum Counter: Int, CaseIterable, Sendable {
        case receivedPackets
        case sentPackets
        case receivedBytes
        case sentBytes
        case receiveErrors
        case sendErrors
        case receiveDropped
        case sendDropped
        case multicast
        case collisions
        case receiveLengthErrors
        case receiveOverErrors
        case receiveCRCErrors
        case receiveFrameErrors
        case receiveFIFOErrors
        case receiveMissedErrors
        case sendAbortedErrors
        case sendCarrierErrors
        case sendFIFOErrors
        case sendHeartbeatErrors
        case sendWindowErrors
        case receiveCompressed
        case sendCompressed
        case receiveNoHandler
    }

    /// Every counter, in the order of `Counter`.
    package private(set) var counters: InlineArray<24, UInt64> = .init(repeating: 0)

    /// One counter.
    package subscript(counter: Counter) -> UInt64 { self.counters[counter.rawValue] }

    /// Hands each link's name and counters to `body`.
    ///
    /// `messages` is what came back for one dump, datagrams end to end; one that is cut off, or in
    /// which the kernel reports an error, throws. Links without a name or counters are passed over.
    package static func visit(
        _ messages: Span<UInt8>,
        _ body: (_ name: Span<UInt8>, _ link: LinkStatistics) -> Void,
    ) throws(FormatError) {
        try NetlinkMessage.visit(messages) { message in
            if message.type != UInt16(RTM_NEWLINK) { return }
            let header = MemoryLayout<ifinfomsg>.size
            if message.payload.count < header { return }
            var name = 0..<0
            var statistics: LinkStatistics?
            NetlinkMessage.visitAttributes(messages, in: message.payload.dropFirst(header)) {
                (type, value) in
                switch Int(type) {
                case Int(IFLA_IFNAME): name = Self.text(messages, value)
                case Int(IFLA_STATS64):
                    statistics = LinkStatistics(messages.extracting(value), width: 8)
                case Int(IFLA_STATS):
                    // Only where there are no 64-bit counters.
                    if statistics == nil {
                        statistics = LinkStatistics(messages.extracting(value), width: 4)
                    }
                default: break
                }
            }
            if let statistics, !name.isEmpty {
                body(messages.extracting(name), statistics)
            }
        }
    }

    private init(_ bytes: Span<UInt8>, width: Int) {
        for index in 0..<min(24, bytes.count / width) {
            self.counters[index] =
                width == 8
                ? bytes.native64(at: index * 8) : UInt64(bytes.native32(at: index * 4))
        }
    }

    /// A text attribute ends with a zero byte.
    private static func text(_ messages: Span<UInt8>, _ range: Range<Int>) -> Range<Int> {
        let end = messages.firstOffset(of: 0, from: range.lowerBound, to: range.upperBound)
        return range.lowerBound..<(end ?? range.upperBound)
    }
}
