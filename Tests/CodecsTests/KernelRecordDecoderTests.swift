import Bytes
import Codecs
import Telemetry
import Testing

@Suite struct KernelRecordDecoderTests {
    private static func read(
        _ text: String,
        priority: Int = 7,
        startedAt: Int64 = 0,
    ) -> DecodedEntries? {
        let bytes = Array(text.utf8)
        guard let header = KernelRecordDecoder.header(of: bytes.span) else { return nil }
        var batch = LogBatch(capacity: 256)
        var reading = DecodedEntries()
        KernelRecordDecoder(priority: priority).take(
            bytes.span,
            header,
            startedAt: startedAt,
            into: &batch,
            &reading.result,
        )
        reading.collect(batch)
        return reading
    }

    @Test func `the example of the documentation`() throws {
        let text =
            "7,160,424069,-;pci_root PNP0A03:00: host bridge window [io  0x0000-0x0cf7]\n"
            + " SUBSYSTEM=acpi\n DEVICE=+acpi:PNP0A03:00\n"
        let reading = try #require(Self.read(text, startedAt: 1_000))
        #expect(
            reading.records.map(\.text)
                == ["pci_root PNP0A03:00: host bridge window [io  0x0000-0x0cf7]"]
        )
        #expect(
            reading.fields == [
                [
                    "PRIORITY=7", "SYSLOG_FACILITY=0", "_KERNEL_SUBSYSTEM=acpi",
                    "_KERNEL_DEVICE=+acpi:PNP0A03:00",
                ]
            ]
        )
        #expect(reading.severities == [.debug])
        #expect(reading.records[0].offset == 160)
        #expect(reading.records[0].time == 424_069_000 + 1_000)
        #expect(reading.result.consumed == text.utf8.count)
    }

    @Test func `pieces of a line and further numbers make no difference`() throws {
        for text in [
            "6,341,690716,c;text\n", "6,341,690716,-,caller=T1;text", "6,341,690716;text\n",
        ] {
            let reading = try #require(Self.read(text))
            #expect(reading.records.map(\.text) == ["text"])
            #expect(reading.records[0].offset == 341)
        }
    }

    @Test func `the facility is in the first number`() throws {
        let reading = try #require(Self.read("14,1,2,-;from user space\n"))
        #expect(reading.fields == [["PRIORITY=6", "SYSLOG_FACILITY=1"]])
        #expect(reading.severities == [.info])
    }

    @Test(arguments: [
        ("a\\x0ab", "a\nb"), ("\\xc3\\xa9", "é"), ("\\x5cx", "\\x"), ("\\", "\\"), ("\\x", "\\x"),
        ("\\x4", "\\x4"), ("\\xzz", "\\xzz"), ("a;b", "a;b"), ("", ""), ("\\\\x41", "\\A"),
    ])
    func `escapes are bytes`(escaped: String, text: String) throws {
        let reading = try #require(Self.read("6,1,2,-;\(escaped)\n"))
        #expect(reading.records.map(\.text) == [text])
    }

    @Test func `what is less grave is filtered`() throws {
        let text = "7,1,2,-;debugging\n"
        let reading = try #require(Self.read(text, priority: 6))
        #expect(reading.records.isEmpty)
        #expect(reading.result.holes == text.utf8.count)
        #expect(reading.result.consumed == text.utf8.count)
        #expect(try #require(Self.read("6,1,2,-;x\n", priority: 6)).records.count == 1)
    }

    @Test(arguments: [
        "", ";", "6;x", "6,1;x", "6,1,2", "a,1,2,-;x", "6,b,2,-;x", "6,1,c,-;x", ",,,;x",
        "6,9223372036854775807,2,-;x", "6,99999999999999999999,2,-;x", "-6,1,2,-;x",
    ])
    func `what has no numbers is no record`(text: String) {
        let bytes = Array(text.utf8)
        let header = KernelRecordDecoder.header(of: bytes.span)
        #expect(header == nil)
    }

    @Test func `times out of range do not stop it`() throws {
        let reading = try #require(Self.read("6,1,18446744073709551615,-;x\n", startedAt: .max))
        #expect(reading.records.count == 1)
    }

    @Test func `lines that are no fields are left out and doubles too`() throws {
        let reading = try #require(
            Self.read("6,1,2,-;x\n A=1\n =2\n B\nC=3\n A=4\n D=\\x41\n PRIORITY=0\n")
        )
        #expect(
            reading.fields == [
                [
                    "PRIORITY=6", "SYSLOG_FACILITY=0", "_KERNEL_A=1", "_KERNEL_D=A",
                    "_KERNEL_PRIORITY=0",
                ]
            ]
        )
    }

    @Test func `fields have a limit`() throws {
        let lines = (0..<100).map { " F\($0)=v\n" }.joined()
        let reading = try #require(Self.read("6,1,2,-;x\n\(lines)"))
        #expect(reading.fields[0].count == 2 + KernelRecordDecoder.fieldLimit)
    }
}
