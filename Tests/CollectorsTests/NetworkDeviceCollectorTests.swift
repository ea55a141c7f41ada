import Collectors
import Testing

@Suite struct NetworkDeviceCollectorTests {
    private static let table = """
        Inter-|   Receive                                |  Transmit
         face |bytes packets errs drop fifo frame compressed multicast|bytes packets …
            lo: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16
          eth0: 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32

        """

    private func round(_ yaml: String) throws -> Round {
        let tree = try HostTree([
            "proc/net/dev": Self.table, "sys/class/net/eth0/ifalias": "uplink\n",
        ])
        return try collect(NetworkDeviceCollector.self, yaml, roots: tree.roots)
    }

    @Test func columnsHaveTheirOldNames() throws {
        let samples = try self.round("{netlink: false, device_include: eth0}").samples
        #expect(
            samples == [
                #"node_network_receive_bytes_total{device="eth0"} 17"#,
                #"node_network_receive_compressed_total{device="eth0"} 23"#,
                #"node_network_receive_drop_total{device="eth0"} 20"#,
                #"node_network_receive_errs_total{device="eth0"} 19"#,
                #"node_network_receive_fifo_total{device="eth0"} 21"#,
                #"node_network_receive_frame_total{device="eth0"} 22"#,
                #"node_network_receive_multicast_total{device="eth0"} 24"#,
                #"node_network_receive_packets_total{device="eth0"} 18"#,
                #"node_network_transmit_bytes_total{device="eth0"} 25"#,
                #"node_network_transmit_carrier_total{device="eth0"} 31"#,
                #"node_network_transmit_colls_total{device="eth0"} 30"#,
                #"node_network_transmit_compressed_total{device="eth0"} 32"#,
                #"node_network_transmit_drop_total{device="eth0"} 28"#,
                #"node_network_transmit_errs_total{device="eth0"} 27"#,
                #"node_network_transmit_fifo_total{device="eth0"} 29"#,
                #"node_network_transmit_packets_total{device="eth0"} 26"#,
            ]
        )
    }

    @Test func detailedNamesAreOthers() throws {
        let text = try self.round("{netlink: false, enable_detailed_metrics: true}").text
        #expect(text.contains("node_network_receive_errors_total"))
        #expect(text.contains("node_network_transmit_dropped_total"))
        #expect(!text.contains("_errs_"))
    }

    @Test func devicesCanBeExcluded() throws {
        let text = try self.round("{netlink: false, device_exclude: '^l'}").text
        #expect(!text.contains(#"device="lo""#))
        #expect(text.contains(#"device="eth0""#))
    }

    @Test func aliasesBecomeALabel() throws {
        let samples = try self.round("{netlink: false, label_ifalias: true}").samples
        #expect(
            samples.contains(
                #"node_network_receive_bytes_total{device="eth0",ifalias="uplink"} 17"#
            )
        )
        #expect(samples.contains(#"node_network_receive_bytes_total{device="lo",ifalias=""} 1"#))
    }

    @Test func bothFiltersAreRefused() {
        #expect(throws: BadOptions.self) {
            try self.round("{device_include: a, device_exclude: b}")
        }
    }

    @Test func netlinkShowsThisMachine() throws {
        let text = try self.round("{device_include: '^lo$', address_info: true}").text
        #expect(text.contains(#"node_network_receive_bytes_total{device="lo"} "#))
        #expect(text.contains(#"node_network_receive_nohandler_total{device="lo"} "#))
        #expect(
            text.contains(
                #"node_network_address_info{address="127.0.0.1",device="lo",netmask="8",scope="link-local"} 1"#
            )
        )
    }
}
