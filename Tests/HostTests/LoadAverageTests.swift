import Host
import Testing

@Suite struct LoadAverageTests {
    @Test func threeAverages() throws {
        let load = try parsed("0.21 0.37 0.39 1/719 19737\n", LoadAverage.init(parsing:))
        #expect(load.one == 0.21)
        #expect(load.five == 0.37)
        #expect(load.fifteen == 0.39)
    }

    @Test(arguments: ["", "\n", "0.1 0.2\n", "a b c\n", "0.1 0.2 0.3x"])
    func anythingElseIsAnError(_ text: String) {
        let error = formatError(text) { bytes throws(FormatError) in
            _ = try LoadAverage(parsing: bytes)
        }
        #expect(error?.expected == "three load averages")
    }
}
