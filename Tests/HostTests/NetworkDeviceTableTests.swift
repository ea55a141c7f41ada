import Bytes
import Host
import Testing

@Suite struct NetworkDeviceTableTests {
    private static let headings = """
        Inter-|   Receive                            |  Transmit
         face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets

        """

    @Test func devicesAreTaken() throws {
        let text =
            Self.headings + """
                    lo: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16
                vnet:0:9 2 3 4 5 6 7 8 9 10 11 12 13 14 15 17

                """
        let devices = try parsed(text) { bytes throws(FormatError) in
            var devices: [String] = []
            try NetworkDeviceTable.visit(bytes) { name, columns in
                devices.append("\(name.text) \(columns[0]) \(columns[15])")
            }
            return devices
        }
        #expect(devices == ["lo 1 16", "vnet:0 9 17"])
    }

    @Test(arguments: [
        "lo 1 2 3\n", "lo: 1 2 3\n", ": 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n",
        "lo: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 x\n",
    ])
    func anythingElseIsAnErrorWithItsLine(_ line: String) {
        let error = formatError(Self.headings + line) { bytes throws(FormatError) in
            try NetworkDeviceTable.visit(bytes) { _, _ in }
        }
        #expect(error?.line == 3)
    }

    @Test func anEmptyFileIsAnError() {
        let error = formatError("") { bytes throws(FormatError) in
            try NetworkDeviceTable.visit(bytes) { _, _ in }
        }
        #expect(error != nil)
    }
}
