import Host
import Testing

@Suite struct UDPQueuesTests {
    @Test func socketsAreAddedUp() throws {
        let queues = try parsed(
            """
              sl  local_address rem_address   st tx_queue rx_queue tr tm->when
               0: 0A000005:0016 00000000:0000 0A 00000015:00000000 00:00000000
               1: 0A000005:0016 00000000:0000 0A 00000001:0000000A 00:00000000

            """,
            UDPQueues.init(parsing:),
        )
        #expect(queues.transmit == 22)
        #expect(queues.receive == 10)
    }

    @Test(arguments: ["", "sl\n0: a b c\n", "sl\n0: a b c 15\n", "sl\n0: a b c x:y\n"])
    func anythingElseIsAnError(_ text: String) {
        let error = formatError(text) { bytes throws(FormatError) in
            _ = try UDPQueues(parsing: bytes)
        }
        #expect(error != nil)
    }
}
