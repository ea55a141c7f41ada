import Bytes
import Host
import Testing

@Suite struct NeighborTableTests {
    @Test func linesAreCountedForEachDevice() throws {
        let counts = try parsed(
            """
            IP address       HW type     Flags       HW address            Mask     Device
            192.168.1.1      0x1         0x2         cc:aa:dd:ee:aa:bb     *        eth0
            192.168.1.2      0x1         0x2         bb:cc:dd:ee:ff:aa     *        eth0
            192.168.2.3      0x1         0x2         aa:bb:cc:dd:ee:ff     *        eth1

            """,
            NeighborTable.counts(parsing:),
        )
        #expect(counts == ["eth0": 2, "eth1": 1])
    }

    @Test(arguments: ["", "IP\n1 2 3\n"])
    func anythingElseIsAnError(_ text: String) {
        let error = formatError(text) { bytes throws(FormatError) in
            _ = try NeighborTable.counts(parsing: bytes)
        }
        #expect(error != nil)
    }

    @Test func theKernelAnswers() throws {
        var socket = try NetlinkSocket()
        var answer = OutputBuffer()
        try socket.dumpNeighbors(into: &answer)
        let counts = try NeighborTable.counts(parsingDump: answer.span)
        #expect(counts.values.allSatisfy { $0 > 0 })
        #expect(NeighborTable.deviceName(1) == "lo")
        #expect(NeighborTable.deviceName(-1) == nil)
    }
}
