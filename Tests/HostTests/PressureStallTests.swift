import Host
import Testing

@Suite struct PressureStallTests {
    @Test func totalsAreTaken() throws {
        let stall = try parsed(
            """
            some avg10=0.10 avg60=2.00 avg300=3.85 total=14036781
            full avg10=0.00 avg60=0.00 avg300=0.00 total=8494

            """,
            PressureStall.init(parsing:),
        )
        #expect(stall.some == 14_036_781)
        #expect(stall.full == 8494)
    }

    @Test func oneLineMayBeMissing() throws {
        let stall = try parsed("full avg10=0.00 total=7\n", PressureStall.init(parsing:))
        #expect(stall.some == nil)
        #expect(stall.full == 7)
    }

    @Test(arguments: ["", "garbage\n", "some avg10=0.00\n", "some total=x\n"])
    func anythingElseIsAnError(_ text: String) {
        let error = formatError(text) { bytes throws(FormatError) in
            _ = try PressureStall(parsing: bytes)
        }
        #expect(error != nil)
    }
}
