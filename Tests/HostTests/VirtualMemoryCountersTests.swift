import Bytes
import Host
import Testing

@Suite struct VirtualMemoryCountersTests {
    @Test func everyLineIsHandedOver() throws {
        let lines = try parsed("pgfault 2320168809\noom_kill 0\n") { text throws(FormatError) in
            var lines: [String] = []
            try VirtualMemoryCounters.visit(text) { index, name, digits throws(FormatError) in
                let value = try VirtualMemoryCounters.value(digits, index)
                lines.append("\(index) \(name.text) \(value)")
            }
            return lines
        }
        #expect(lines == ["0 pgfault 2320168809.0", "1 oom_kill 0.0"])
    }

    @Test(arguments: [("", 0), ("pgfault\n", 1), ("a 1\n\n", 2), ("a 1\npgfault x\n", 2)])
    func anythingElseIsAnErrorWithItsLine(_ text: String, _ line: Int) {
        let error = formatError(text) { bytes throws(FormatError) in
            try VirtualMemoryCounters.visit(bytes) { index, _, digits throws(FormatError) in
                _ = try VirtualMemoryCounters.value(digits, index)
            }
        }
        #expect(error?.line == line)
    }
}
