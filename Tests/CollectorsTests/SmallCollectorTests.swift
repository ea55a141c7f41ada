import Collectors
import Glibc
import Host
import Pipeline
import Testing

/// Collectors of one file each.
@Suite struct SmallCollectorTests {
    @Test func memoryHasOnlyTheFieldsThatNodeExporterHas() throws {
        let tree = try HostTree([
            "proc/meminfo": """
            MemTotal: 3742148 kB
            Active(anon): 1 kB
            FilePmdMapped: 0 kB
            HugePages_Total: 5

            """
        ])
        #expect(
            try collect(MemoryInfoCollector.self, roots: tree.roots).samples == [
                "node_memory_Active_anon_bytes 1024",
                "node_memory_HugePages_Total 5",
                "node_memory_MemTotal_bytes 3.831959552e+09",
            ]
        )
    }

    @Test func aTruncatedFileKeepsWhatWasBeforeTheCut() throws {
        let tree = try HostTree(["proc/meminfo": "MemTotal: 1 kB\nMemFree:"])
        let round = try collect(MemoryInfoCollector.self, roots: tree.roots)
        #expect(round.samples == ["node_memory_MemTotal_bytes 1024"])
        #expect(round.error?.message.contains("line 2") == true)
    }

    @Test func virtualMemoryFieldsAreChosenByPattern() throws {
        let tree = try HostTree(["proc/vmstat": "nr_dirty 3\npgfault 7\npgmajfault 1\noom_kill 0\n"]
        )
        #expect(
            try collect(VirtualMemoryCollector.self, roots: tree.roots).samples == [
                "node_vmstat_oom_kill 0", "node_vmstat_pgfault 7", "node_vmstat_pgmajfault 1",
            ]
        )
        let dirty = try collect(VirtualMemoryCollector.self, "{fields: dirty}", roots: tree.roots)
        #expect(dirty.samples == ["node_vmstat_nr_dirty 3"])
        #expect(throws: BadOptions.self) {
            try collect(VirtualMemoryCollector.self, "{fields: '('}", roots: tree.roots)
        }
    }

    @Test func linesThatMoveAreNoticed() throws {
        let tree = try HostTree(["proc/vmstat": "pgfault 7\npgmajfault 1\n"])
        var memory = try CollectorHarness(VirtualMemoryCollector.self, roots: tree.roots)
        _ = memory.collect()
        try tree.write("pgnew_fault 4\npgfault 8\n", to: "proc/vmstat")
        #expect(
            memory.collect().samples == ["node_vmstat_pgfault 8", "node_vmstat_pgnew_fault 4"]
        )
    }

    @Test func softInterruptsAreLeftOutByDefault() throws {
        let text = "ctxt 1\nsoftirq 55 1 2 3 4 5 6 7 8 9 10\n"
        let tree = try HostTree(["proc/stat": text])
        let plain = try collect(StatCollector.self, roots: tree.roots)
        #expect(plain.samples == ["node_context_switches_total 1"])
        let full = try collect(StatCollector.self, "{softirq: true}", roots: tree.roots)
        #expect(full.samples.contains(#"node_softirqs_total{vector="block_iopoll"} 6"#))
        #expect(full.samples.count == 11)
    }

    @Test func withoutPressureThereIsNoData() throws {
        let tree = try HostTree()
        let error = try collect(PressureCollector.self, roots: tree.roots).error
        #expect(error?.kind == .noData)
    }

    @Test func aKernelWithoutInterruptPressureIsFine() throws {
        let both = "some avg10=0 total=14036781\nfull avg10=0 total=1\n"
        let tree = try HostTree([
            "proc/pressure/cpu": both, "proc/pressure/io": both, "proc/pressure/memory": both,
        ])
        let round = try collect(PressureCollector.self, roots: tree.roots)
        #expect(round.error == nil)
        #expect(
            round.samples.first == "node_pressure_cpu_waiting_seconds_total 14.036781000000001"
        )
        #expect(round.samples.count == 5)
    }

    @Test func withoutAnIPFamilyItsSocketsAreLeftOut() throws {
        let tree = try HostTree(["proc/net/sockstat": "sockets: used 229\nTCP: inuse 4 mem 2\n"])
        let round = try collect(SocketCollector.self, roots: tree.roots)
        #expect(round.error == nil)
        let bytes = sysconf(Int32(_SC_PAGESIZE)) * 2
        #expect(
            round.samples == [
                "node_sockstat_TCP_inuse 4", "node_sockstat_TCP_mem 2",
                "node_sockstat_TCP_mem_bytes \(bytes)", "node_sockstat_sockets_used 229",
            ]
        )
        let empty = try HostTree()
        #expect(try collect(SocketCollector.self, roots: empty.roots).error == nil)
    }

    @Test func timeIsThatOfTheClock() throws {
        let tree = try HostTree([
            "sys/devices/system/clocksource/clocksource0/available_clocksource": "tsc hpet \n",
            "sys/devices/system/clocksource/clocksource0/current_clocksource": "tsc\n",
        ])
        let round = try collect(TimeCollector.self, roots: tree.roots)
        let available = "node_time_clocksource_available_info"
        #expect(round.samples.contains(#"\#(available){clocksource="hpet",device="0"} 1"#))
        #expect(
            round.samples.contains(
                #"node_time_clocksource_current_info{clocksource="tsc",device="0"} 1"#
            )
        )
        let seconds = round.samples.first { $0.hasPrefix("node_time_seconds ") }
        let value = seconds.flatMap { Double($0.dropFirst(18)) } ?? 0
        #expect(abs(value - Double(time(nil))) < 60)
        #expect(round.samples.contains { $0.hasPrefix("node_time_zone_offset_seconds{time_zone=") })
    }

    @Test func theSystemSaysWhatItIs() throws {
        let samples = try collect(UnameCollector.self, roots: HostRoots()).samples
        #expect(samples.count == 1)
        #expect(samples.first?.contains(#"sysname="Linux""#) == true)
        #expect(samples.first?.hasPrefix("node_uname_info{domainname=") == true)
    }

    @Test func whatThisKernelLacksIsNoData() throws {
        let tree = try HostTree()
        let errors = [
            try collect(ConntrackCollector.self, roots: tree.roots).error,
            try collect(SchedulerCollector.self, roots: tree.roots).error,
            try collect(KernelHungCollector.self, roots: tree.roots).error,
            try collect(UDPQueueCollector.self, roots: tree.roots).error,
            try collect(OSReleaseCollector.self, roots: tree.roots).error,
            try collect(NetworkInterfaceCollector.self, roots: tree.roots).error,
        ]
        #expect(errors.allSatisfy { $0?.kind == .noData })
        #expect(try collect(ThermalZoneCollector.self, roots: tree.roots).error == nil)
    }

    @Test func countersThatSwapTheirProtocolsAreNoticed() throws {
        let tree = try HostTree([
            "proc/net/netstat": "X: InErrors\nX: 1\n", "proc/net/snmp": "Y: InErrors\nY: 2\n",
        ])
        var protocols = try CollectorHarness(ProtocolCollector.self, roots: tree.roots)
        #expect(
            protocols.collect().samples == [
                "node_netstat_X_InErrors 1", "node_netstat_Y_InErrors 2",
            ]
        )
        try tree.write("Z: InErrors\nZ: 3\n", to: "proc/net/netstat")
        #expect(
            protocols.collect().samples == [
                "node_netstat_Y_InErrors 2", "node_netstat_Z_InErrors 3",
            ]
        )
    }

    @Test func theEndOfSupportIsADate() throws {
        let tree = try HostTree(["etc/os-release": "ID=x\nSUPPORT_END=2026-11-23\n"])
        let round = try collect(OSReleaseCollector.self, roots: tree.roots)
        #expect(round.samples.contains("node_os_support_end_timestamp_seconds 1.795392e+09"))
        try tree.write("SUPPORT_END=soon\n", to: "etc/os-release")
        #expect(try collect(OSReleaseCollector.self, roots: tree.roots).error?.kind == .failed)
    }

    @Test func theClockSaysHowItIsKeptRight() throws {
        let round = try collect(ClockAdjustmentCollector.self, roots: HostRoots())
        #expect(round.error == nil)
        #expect(round.samples.count == 17)
        #expect(round.samples.contains("node_timex_tick_seconds 0.01"))
    }

    @Test func unknownOptionsAreRefused() {
        let error = #expect(throws: BadOptions.self) {
            try collect(StatCollector.self, "{softirqs: true}", roots: HostRoots())
        }
        #expect(error?.description.contains("softirq") == true)
    }
}
