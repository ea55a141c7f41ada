import Collectors
import Pipeline
import Testing

@Suite struct CPUCollectorTests {
    private func stat(_ lines: String...) -> String { lines.joined(separator: "\n") + "\n" }

    private func tree(_ stat: String) throws -> HostTree {
        try HostTree(["proc/stat": stat, "sys/devices/system/cpu/cpu0/x": ""])
    }

    private func value(_ round: Round, _ mode: String, cpu: Int = 0) -> String? {
        let start = "node_cpu_seconds_total{cpu=\"\(cpu)\",mode=\"\(mode)\"} "
        return round.samples.first { $0.hasPrefix(start) }.map { String($0.dropFirst(start.count)) }
    }

    @Test func everyModeOfEveryCPU() throws {
        let tree = try self.tree(self.stat("cpu 9 9 9 9", "cpu0 1 2 3 4 5 6 7 8 9 10"))
        #expect(
            try collect(CPUCollector.self, roots: tree.roots).samples == [
                #"node_cpu_guest_seconds_total{cpu="0",mode="nice"} 0.1"#,
                #"node_cpu_guest_seconds_total{cpu="0",mode="user"} 0.09"#,
                #"node_cpu_seconds_total{cpu="0",mode="idle"} 0.04"#,
                #"node_cpu_seconds_total{cpu="0",mode="iowait"} 0.05"#,
                #"node_cpu_seconds_total{cpu="0",mode="irq"} 0.06"#,
                #"node_cpu_seconds_total{cpu="0",mode="nice"} 0.02"#,
                #"node_cpu_seconds_total{cpu="0",mode="softirq"} 0.07"#,
                #"node_cpu_seconds_total{cpu="0",mode="steal"} 0.08"#,
                #"node_cpu_seconds_total{cpu="0",mode="system"} 0.03"#,
                #"node_cpu_seconds_total{cpu="0",mode="user"} 0.01"#,
            ]
        )
    }

    @Test func guestsCanBeLeftOut() throws {
        let tree = try self.tree(self.stat("cpu0 1 2 3 4 5 6 7 8 9 10"))
        let round = try collect(CPUCollector.self, "{guest: false}", roots: tree.roots)
        #expect(!round.text.contains("guest"))
    }

    @Test func countersNeverGoBack() throws {
        let tree = try self.tree(self.stat("cpu0 100 100 100 1000 100"))
        var cpu = try CollectorHarness(CPUCollector.self, roots: tree.roots)
        _ = cpu.collect()
        try tree.write(self.stat("cpu0 90 101 100 800 99"), to: "proc/stat")
        let round = cpu.collect()
        #expect(self.value(round, "user") == "1")
        #expect(self.value(round, "nice") == "1.01")
        #expect(self.value(round, "idle") == "10")
        #expect(self.value(round, "iowait") == "1")
    }

    @Test func aCPUThatCameBackStartsAnew() throws {
        let tree = try self.tree(self.stat("cpu0 100 100 100 1000 100"))
        var cpu = try CollectorHarness(CPUCollector.self, roots: tree.roots)
        _ = cpu.collect()
        try tree.write(self.stat("cpu0 90 90 90 700 90"), to: "proc/stat")
        let round = cpu.collect()
        #expect(self.value(round, "user") == "0.9")
        #expect(self.value(round, "idle") == "7")
    }

    @Test func aCPUThatWentAwayIsNotShown() throws {
        let tree = try self.tree(self.stat("cpu0 1 1 1 10", "cpu1 2 2 2 20", "cpu2 3 3 3 30"))
        var cpu = try CollectorHarness(CPUCollector.self, roots: tree.roots)
        _ = cpu.collect()
        try tree.write(self.stat("cpu0 1 1 1 10", "cpu2 2 4 3 30"), to: "proc/stat")
        let round = cpu.collect()
        #expect(self.value(round, "user", cpu: 1) == nil)
        #expect(self.value(round, "user", cpu: 2) == "0.03")
        #expect(self.value(round, "nice", cpu: 2) == "0.04")
        try tree.write(
            self.stat("cpu0 1 1 1 10", "cpu1 1 1 1 1", "cpu2 4 4 4 40"),
            to: "proc/stat",
        )
        #expect(self.value(cpu.collect(), "user", cpu: 1) == "0.01")
    }

    @Test func onlineAndIsolatedCPUs() throws {
        let tree = try self.tree(self.stat("cpu0 1 1 1 10"))
        let folder = "sys/devices/system/cpu"
        try tree.write("1-2\n", to: "\(folder)/isolated")
        try tree.write("0\n", to: "\(folder)/online")
        try tree.write("1\n", to: "\(folder)/cpu0/online")
        try tree.write("0\n", to: "\(folder)/cpu1/online")
        var cpu = try CollectorHarness(CPUCollector.self, roots: tree.roots)
        let shown = cpu.collect().samples.filter {
            $0.contains("online") || $0.contains("isolated")
        }
        #expect(
            shown == [
                #"node_cpu_isolated{cpu="1"} 1"#, #"node_cpu_isolated{cpu="2"} 1"#,
                #"node_cpu_online{cpu="0"} 1"#, #"node_cpu_online{cpu="1"} 0"#,
            ]
        )
        try tree.write("0-1\n", to: "\(folder)/online")
        try tree.write("1\n", to: "\(folder)/cpu1/online")
        #expect(cpu.collect().samples.contains(#"node_cpu_online{cpu="1"} 1"#))
    }

    @Test func throttlesAreShownOnceForEachCoreAndPackage() throws {
        let tree = try self.tree(self.stat("cpu0 1 1 1 10"))
        for cpu in 0..<4 {
            let folder = "sys/devices/system/cpu/cpu\(cpu)"
            try tree.write("0\n", to: "\(folder)/topology/physical_package_id")
            try tree.write("\(cpu % 2)\n", to: "\(folder)/topology/core_id")
            try tree.write("\(cpu + 5)\n", to: "\(folder)/thermal_throttle/core_throttle_count")
            try tree.write("30\n", to: "\(folder)/thermal_throttle/package_throttle_count")
        }
        let round = try collect(CPUCollector.self, roots: tree.roots)
        #expect(
            round.samples.filter { $0.contains("throttles") } == [
                #"node_cpu_core_throttles_total{core="0",package="0"} 5"#,
                #"node_cpu_core_throttles_total{core="1",package="0"} 6"#,
                #"node_cpu_package_throttles_total{package="0"} 30"#,
            ]
        )
    }

    @Test func withoutSysfsTheTimesAreStillThere() throws {
        let tree = try HostTree(["proc/stat": self.stat("cpu0 1 1 1 10")])
        let round = try collect(CPUCollector.self, roots: tree.roots)
        #expect(self.value(round, "idle") == "0.1")
        #expect(round.error?.message.contains("/sys/devices/system/cpu") == true)
    }
}
