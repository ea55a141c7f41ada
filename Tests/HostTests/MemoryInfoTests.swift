import Bytes
import Host
import Testing

@Suite struct MemoryInfoTests {
    private func values(_ text: String) throws -> [String: UInt64] {
        try parsed(text) { bytes throws(FormatError) in
            var values: [String: UInt64] = [:]
            try MemoryInfo.visit(bytes) { _, name, value in values[name.text] = value }
            return values
        }
    }

    @Test func kilobytesBecomeBytesAndCountsStay() throws {
        let values = try self.values(
            """
            MemTotal:        3742148 kB
            Active(anon):    2068484 kB
            HugePages_Total:       5

            """
        )
        #expect(
            values == [
                "MemTotal": 3_831_959_552, "Active(anon)": 2_118_127_616, "HugePages_Total": 5,
            ]
        )
    }

    @Test(arguments: [
        ("", 0), ("MemTotal 1 kB\n", 1), ("MemTotal:\n", 1), ("MemTotal: x kB\n", 1),
        ("A: 1 kB\nMemTotal: 1 MB\n", 2), ("MemTotal: 18446744073709551615 kB\n", 1),
    ])
    func anythingElseIsAnErrorWithItsLine(_ text: String, _ line: Int) {
        let error = formatError(text) { bytes throws(FormatError) in
            try MemoryInfo.visit(bytes) { _, _, _ in }
        }
        #expect(error?.line == line)
    }
}
