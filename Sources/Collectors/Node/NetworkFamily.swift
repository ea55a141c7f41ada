import Codecs
import Host

/// One family of network counters and the columns whose sum it shows.
struct NetworkFamily: Sendable {
    let family: MetricFamily
    /// Places in `LinkStatistics.counters`, or columns of `/proc/net/dev`.
    let columns: [Int]

    /// The families for one source of counters.
    ///
    /// Source: node_exporter, `collector/netdev_common.go`; the sums are those that the kernel
    /// makes for `/proc/net/dev`.
    static func all(netlink: Bool, detailed: Bool) -> [NetworkFamily] {
        switch (netlink, detailed) {
        case (true, false): Self.summed
        case (true, true): Self.detailed
        case (false, false): Self.table("errs", "drop")
        case (false, true): Self.table("errors", "dropped")
        }
    }

    private init(_ name: String, _ columns: [Int]) {
        self.family = MetricFamily(
            "node_network_\(name)_total",
            .counter,
            "Network device statistic \(name).",
        )
        self.columns = columns
    }

    private init(_ name: String, _ counters: LinkStatistics.Counter...) {
        self.init(name, counters.map(\.rawValue))
    }

    private static var common: [NetworkFamily] {
        [
            NetworkFamily("receive_bytes", .receivedBytes),
            NetworkFamily("receive_packets", .receivedPackets),
            NetworkFamily("receive_compressed", .receiveCompressed),
            NetworkFamily("receive_nohandler", .receiveNoHandler),
            NetworkFamily("transmit_bytes", .sentBytes),
            NetworkFamily("transmit_packets", .sentPackets),
            NetworkFamily("transmit_compressed", .sendCompressed),
        ]
    }

    private static var summed: [NetworkFamily] {
        Self.common + [
            NetworkFamily("receive_errs", .receiveErrors),
            NetworkFamily("receive_drop", .receiveDropped, .receiveMissedErrors),
            NetworkFamily("receive_fifo", .receiveFIFOErrors),
            NetworkFamily(
                "receive_frame",
                .receiveFrameErrors,
                .receiveLengthErrors,
                .receiveOverErrors,
                .receiveCRCErrors,
            ),
            NetworkFamily("receive_multicast", .multicast),
            NetworkFamily("transmit_errs", .sendErrors),
            NetworkFamily("transmit_drop", .sendDropped),
            NetworkFamily("transmit_fifo", .sendFIFOErrors),
            NetworkFamily("transmit_colls", .collisions),
            NetworkFamily(
                "transmit_carrier",
                .sendCarrierErrors,
                .sendAbortedErrors,
                .sendHeartbeatErrors,
                .sendWindowErrors,
            ),
        ]
    }

    private static var detailed: [NetworkFamily] {
        Self.common + [
            NetworkFamily("receive_errors", .receiveErrors),
            NetworkFamily("receive_dropped", .receiveDropped),
            NetworkFamily("receive_length_errors", .receiveLengthErrors),
            NetworkFamily("receive_over_errors", .receiveOverErrors),
            NetworkFamily("receive_crc_errors", .receiveCRCErrors),
            NetworkFamily("receive_frame_errors", .receiveFrameErrors),
            NetworkFamily("receive_fifo_errors", .receiveFIFOErrors),
            NetworkFamily("receive_missed_errors", .receiveMissedErrors),
            NetworkFamily("multicast", .multicast),
            NetworkFamily("collisions", .collisions),
            NetworkFamily("transmit_errors", .sendErrors),
            NetworkFamily("transmit_dropped", .sendDropped),
            NetworkFamily("transmit_aborted_errors", .sendAbortedErrors),
            NetworkFamily("transmit_carrier_errors", .sendCarrierErrors),
            NetworkFamily("transmit_fifo_errors", .sendFIFOErrors),
            NetworkFamily("transmit_heartbeat_errors", .sendHeartbeatErrors),
            NetworkFamily("transmit_window_errors", .sendWindowErrors),
        ]
    }

    private static func table(_ errors: String, _ dropped: String) -> [NetworkFamily] {
        let names = [
            "receive_bytes", "receive_packets", "receive_\(errors)", "receive_\(dropped)",
            "receive_fifo", "receive_frame", "receive_compressed", "receive_multicast",
            "transmit_bytes", "transmit_packets", "transmit_\(errors)", "transmit_\(dropped)",
            "transmit_fifo", "transmit_colls", "transmit_carrier", "transmit_compressed",
        ]
        return names.enumerated().map { NetworkFamily($1, [$0]) }
    }
}
