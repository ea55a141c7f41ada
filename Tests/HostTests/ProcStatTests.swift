import Host
import Testing

@Suite struct ProcStatTests {
    private static let text = """
        cpu  301854 612 111922 8979004 3552 2 3944 0 44 36
        cpu0 44490 19 21045 1087069 220 1 3410 0 2 1
        cpu1 47869 23 16474 1110787 591 0 46 0
        intr 8885917 17 0 0 0
        ctxt 38014093
        btime 1418183276
        processes 26442
        procs_running 2
        procs_blocked 1
        softirq 5057579 250191 1481983 1647 211099 186066 0 1783454 622196 12499 508444

        """

    private func reading(_ text: String) throws -> ProcStat {
        try parsed(text) { bytes throws(FormatError) in
            var stat = ProcStat()
            try stat.parse(bytes)
            return stat
        }
    }

    @Test func timesAreSecondsPerMode() throws {
        let stat = try self.reading(Self.text)
        #expect(stat.cpus.map(\.number) == [0, 1])
        #expect(stat.cpus[0][.idle] == 10870.69)
        #expect(stat.cpus[0][.system] == 210.45)
        #expect(stat.cpus[0][.guest] == 0.02)
        #expect(stat.cpus[0][.guestNice] == 0.01)
    }

    @Test func columnsThatAnOldKernelLacksAreZero() throws {
        let stat = try self.reading(Self.text)
        #expect(stat.cpus[1][.softirq] == 0.46)
        #expect(stat.cpus[1][.guest] == 0)
    }

    @Test func countsAreTaken() throws {
        let stat = try self.reading(Self.text)
        #expect(stat.interrupts == 8_885_917)
        #expect(stat.contextSwitches == 38_014_093)
        #expect(stat.bootTime == 1_418_183_276)
        #expect(stat.forks == 26442)
        #expect(stat.runningProcesses == 2)
        #expect(stat.blockedProcesses == 1)
        #expect(stat.softIRQs?[ProcStat.SoftIRQ.hi.rawValue] == 250_191)
        #expect(stat.softIRQs?[ProcStat.SoftIRQ.rcu.rawValue] == 508_444)
    }

    @Test func anotherReadingReplacesTheLast() throws {
        var stat = try self.reading(Self.text)
        let second = Array("cpu0 1 2 3 4\n".utf8)
        try stat.parse(second.span)
        #expect(stat.cpus.count == 1)
        #expect(stat.contextSwitches == nil)
    }

    @Test(arguments: [
        ("", 0), ("garbage\n", 0), ("cpu0\n", 1), ("cpu0 x\n", 1), ("cpux 1 2\n", 1),
        ("ctxt 1\nintr\n", 2), ("btime -1\n", 1), ("softirq 1 2 3\n", 1),
        ("ctxt 99999999999999999999999\n", 1),
    ])
    func whatIsNotAsDocumentedIsAnErrorWithItsLine(_ text: String, _ line: Int) {
        let error = formatError(text) { bytes throws(FormatError) in
            var stat = ProcStat()
            try stat.parse(bytes)
        }
        #expect(error?.line == line)
    }
}
