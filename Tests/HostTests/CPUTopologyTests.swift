import Host
import Testing

@Suite struct CPUTopologyTests {
    @Test(arguments: [
        ("\n", []), ("0\n", [0]), ("0-3\n", [0, 1, 2, 3]), ("1,3-4,9\n", [1, 3, 4, 9]),
    ])
    func listsAreSpelledOut(_ text: String, _ numbers: [Int]) throws {
        let found = try parsed(text) { bytes throws(FormatError) in
            try CPUTopology.numbers(parsing: bytes)
        }
        #expect(found == numbers)
    }

    @Test func aListIsLimited() throws {
        let found = try parsed("0-2000000000") { bytes throws(FormatError) in
            try CPUTopology.numbers(parsing: bytes, limit: 3)
        }
        #expect(found == [0, 1, 2])
    }

    @Test(arguments: ["a", "1-", "3-1", "-2", "1-2-3", "99999999999"])
    func anythingElseIsAnError(_ text: String) {
        let error = formatError(text) { bytes throws(FormatError) in
            _ = try CPUTopology.numbers(parsing: bytes)
        }
        #expect(error != nil)
    }
}
