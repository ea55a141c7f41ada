import Host
import Testing

@Suite struct SchedulerStatisticsTests {
    private func cpus(_ text: String) throws(FormatError) -> [SchedulerStatistics] {
        try parsed(text) { bytes throws(FormatError) in
            var cpus: [SchedulerStatistics] = []
            try SchedulerStatistics.visit(bytes) { cpus.append($0) }
            return cpus
        }
    }

    @Test func theLastThreeNumbersAreTaken() throws {
        let text = """
            version 15
            timestamp 15819019232
            cpu1 498494191 0 3533438552 2553969831 3853684107 2465731542 2045936778163039 343 4767
            domain0 00000000,00000003 212499247 210112015 1861015

            """
        let cpus = try self.cpus(text)
        #expect(cpus.count == 1)
        #expect(cpus.first?.cpu == 1)
        #expect(cpus.first?.running == 2_045_936_778_163_039)
        #expect(cpus.first?.waiting == 343)
        #expect(cpus.first?.timeslices == 4767)
    }

    @Test(arguments: ["", "version 15\n", "cpu0 1 2 3\n", "cpux 1 2 3 4 5 6 7 8 9\n"])
    func anythingElseIsAnError(_ text: String) {
        #expect(throws: FormatError.self) { try self.cpus(text) }
    }
}
