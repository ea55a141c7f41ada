import Bytes
import Host
import Testing

@Suite struct SocketStatisticsTests {
    @Test func keysAreTakenByName() throws {
        let text = """
            sockets: used 229
            TCP: inuse 4 orphan 0 tw 4 alloc 17 mem 1
            FRAG: inuse 0 memory 7

            """
        let lines = try parsed(text) { bytes throws(FormatError) in
            var lines: [String: SocketStatistics] = [:]
            try SocketStatistics.visit(bytes) { _, name, sockets in lines[name.text] = sockets }
            return lines
        }
        #expect(lines["sockets"]?.used == 229)
        #expect(lines["TCP"]?.inUse == 4)
        #expect(lines["TCP"]?.timeWait == 4)
        #expect(lines["TCP"]?.allocated == 17)
        #expect(lines["TCP"]?.memoryPages == 1)
        #expect(lines["TCP"]?.memory == nil)
        #expect(lines["FRAG"]?.memory == 7)
    }

    @Test(arguments: ["", "TCP inuse 1\n", "TCP:\n", "TCP: inuse\n", "TCP: inuse x\n"])
    func anythingElseIsAnError(_ text: String) {
        let error = formatError(text) { bytes throws(FormatError) in
            try SocketStatistics.visit(bytes) { _, _, _ in }
        }
        #expect(error != nil)
    }
}
