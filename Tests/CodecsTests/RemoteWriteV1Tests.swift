import Bytes
import Codecs
import Telemetry
import Testing

@Suite struct RemoteWriteV1Tests {
    private static func encoded(_ labels: LabelSet, _ bits: UInt64, _ time: Int64) -> [UInt8] {
        var table = SeriesTable(source: 0, generation: 0, hash: KeyedHash())
        var builder = LabelBuilder()
        builder.add(labels)
        guard let series = table.insert(builder)?.series else { return [] }
        var output = OutputBuffer()
        RemoteWriteV1.append(series, of: table, bits: bits, time: time, to: &output)
        return output.array
    }

    private static func hex(_ bytes: [UInt8]) -> String {
        var output = OutputBuffer()
        for byte in bytes { output.append(hex: UInt64(byte), width: 2) }
        return output.text
    }

    @Test func writesTheGoldenVector() {
        let bytes = Self.encoded(
            ["__name__": "up", "job": "x"],
            (1.0).bitPattern,
            1_700_000_000_000,
        )
        let golden =
            "0a2c0a0e0a085f5f6e616d655f5f120275700a080a036a6f62120178121009000000000000f03f"
            + "1080d095ffbc31"
        #expect(Self.hex(bytes) == golden)
    }

    @Test func keepsTheBitsOfStaleMarkers() {
        let bytes = Self.encoded(["__name__": "a"], SpecialFloat.staleBits, 1)
        #expect(Self.hex(bytes).hasSuffix("120b09020000000000f07f1001"))
    }

    @Test func leavesZeroOutButNotItsNegative() {
        #expect(Self.hex(Self.encoded(["a": "b"], 0, 5)) == "0a0c0a060a0161120162" + "12021005")
        let negative = Self.hex(Self.encoded(["a": "b"], (-0.0).bitPattern, 5))
        #expect(negative.hasSuffix("120b0900000000000000801005"))
    }

    @Test func writesTimesBefore1970() {
        let bytes = Self.hex(Self.encoded(["a": "b"], (1.0).bitPattern, -1))
        #expect(bytes.hasSuffix("10ffffffffffffffffff01"))
    }

    @Test func writesMetadata() {
        var output = OutputBuffer()
        RemoteWriteV1.append(
            MetricMetadata(family: "up", kind: .gauge, help: "Is up."),
            to: &output,
        )
        #expect(Self.hex(output.array) == "1a0e" + "0802" + "12027570" + "220649732075702e")
        output.removeAll()
        RemoteWriteV1.append(MetricMetadata(family: "x"), to: &output)
        #expect(Self.hex(output.array) == "1a03120178")
    }

    @Test func stopsAtTheLimit() throws {
        var table = SeriesTable(source: 0, generation: 0, hash: KeyedHash())
        var batch = SampleBatch()
        batch.reset(timestamp: 1)
        let value = String(repeating: "v", count: 1000)
        for number in 0..<500 {
            var builder = LabelBuilder()
            builder.add(["__name__": "n\(number)", "x": value])
            let series = try #require(table.insert(builder)?.series)
            batch.append(series: series, bits: 1)
        }
        var stream = SnappyStream()
        var tally = RemoteWriteTally()
        let reached = RemoteWriteV1.append(
            batch,
            0..<500,
            of: table,
            to: &stream,
            limit: 100_000,
            counting: &tally,
        )
        #expect(reached > 90 && reached < 200)
        #expect(stream.uncompressedCount >= 100_000)
        let rest = RemoteWriteV1.append(
            batch,
            reached..<500,
            of: table,
            to: &stream,
            limit: 10_000_000,
            counting: &tally,
        )
        #expect(rest == 500 && tally.samples == 500)
    }
}
