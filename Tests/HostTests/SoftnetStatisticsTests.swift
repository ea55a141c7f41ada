import Host
import Testing

@Suite struct SoftnetStatisticsTests {
    private func cpus(_ text: String) throws(FormatError) -> [SoftnetStatistics] {
        try parsed(text) { bytes throws(FormatError) in
            var cpus: [SoftnetStatistics] = []
            try SoftnetStatistics.visit(bytes) { cpus.append($0) }
            return cpus
        }
    }

    @Test func columnsAreHexadecimal() throws {
        let cpus = try self.cpus("0004927f a 1 0 0 0 0 0 b c d e 00000007\n")
        #expect(cpus.first?.processed == 299_647)
        #expect(cpus.first?.dropped == 10)
        #expect(cpus.first?.collisions == 11)
        #expect(cpus.first?.receivedRPS == 12)
        #expect(cpus.first?.flowLimitCount == 13)
        #expect(cpus.first?.backlogLength == 14)
        #expect(cpus.first?.cpu == 7)
    }

    @Test func oldKernelsHaveFewerColumns() throws {
        let cpus = try self.cpus("1 2 3 0 0 0 0 0 4\n1 2 3 0 0 0 0 0 4 5 6\n")
        #expect(cpus.map(\.cpu) == [0, 1])
        #expect(cpus.map(\.receivedRPS) == [0, 5])
    }

    @Test(arguments: ["", "1 2 3\n", "1 2 3 0 0 0 0 0 x\n", "1 2 3 4 5 6 7 8 9 x\n"])
    func anythingElseIsAnError(_ text: String) {
        #expect(throws: FormatError.self) { try self.cpus(text) }
    }
}
