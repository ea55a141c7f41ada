import Host
import Testing

@Suite struct ConntrackStatisticsTests {
    @Test func cpusAreAddedUp() throws {
        let row = "21 1 2 3 4 5 6 7 8 9 a b c d e f 10"
        let statistics = try parsed(
            "entries searched …\n\(row)\n\(row)\n",
            ConntrackStatistics.init(parsing:),
        )
        #expect(statistics.found == 4)
        #expect(statistics.invalid == 8)
        #expect(statistics.earlyDrop == 22)
        #expect(statistics.searchRestart == 32)
    }

    @Test(arguments: ["", "entries\n1 2 3\n", "entries\n1 2 3 4 5 6 7 8 9 a b c d e f x\n"])
    func anythingElseIsAnError(_ text: String) {
        let error = formatError(text) { bytes throws(FormatError) in
            _ = try ConntrackStatistics(parsing: bytes)
        }
        #expect(error != nil)
    }
}
