import Bytes
import Host
import Testing

@Suite struct ProtocolCountersTests {
    private func counters(_ text: String, _ layout: ProtocolCounters.Layout) throws -> [String] {
        try parsed(text) { bytes throws(FormatError) in
            var counters: [String] = []
            try ProtocolCounters.visit(bytes, layout) { index, group, name, digits in
                counters.append("\(index) \(group.text) \(name.text) \(digits.text)")
            }
            return counters
        }
    }

    @Test func namesAndValuesStandInPairsOfLines() throws {
        let text = "Tcp: InSegs OutSegs\nTcp: 57252008 -1\nUdp: NoPorts\nUdp: 7\n"
        #expect(
            try self.counters(text, .pairs) == [
                "0 Tcp InSegs 57252008", "1 Tcp OutSegs -1", "2 Udp NoPorts 7",
            ]
        )
    }

    @Test func theProtocolEndsWithTheFirstSix() throws {
        let text = "Ip6InOctets 460\nUdpLite6InErrors 0\nGarbage 1\nUdp6\n"
        #expect(
            try self.counters(text, .lines) == ["0 Ip6 InOctets 460", "1 UdpLite6 InErrors 0"]
        )
    }

    @Test(arguments: [
        "", "Tcp: InSegs\n", "Tcp InSegs\nTcp 1\n", "Tcp: InSegs OutSegs\nTcp: 1\n",
        "Tcp: InSegs\nTcp: 1 2\n",
    ])
    func pairsThatDoNotAgreeAreAnError(_ text: String) {
        let error = formatError(text) { bytes throws(FormatError) in
            try ProtocolCounters.visit(bytes, .pairs) { _, _, _, _ in }
        }
        #expect(error != nil)
    }
}
