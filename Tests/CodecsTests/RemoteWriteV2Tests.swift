import AgentTesting
import Bytes
import Codecs
import Telemetry
import Testing

@Suite struct RemoteWriteV2Tests {
    private static func table() -> SeriesTable {
        SeriesTable(source: 0, generation: 0, hash: KeyedHash())
    }

    private static func series(
        _ labels: LabelSet,
        family: UInt16 = 0,
        in table: inout SeriesTable,
    ) throws -> UInt32 {
        var builder = LabelBuilder()
        builder.add(labels)
        return try #require(table.insert(builder, family: family)?.series)
    }

    private static func encoded(
        _ batch: borrowing SampleBatch,
        of table: borrowing SeriesTable,
        _ filter: RemoteWriteFilter = RemoteWriteFilter(exemplars: true, histograms: true),
    ) -> (body: [UInt8], tally: RemoteWriteTally) {
        var writer = RemoteWriteV2(filter: filter)
        var tally = RemoteWriteTally()
        _ = writer.append(batch, 0..<batch.count, of: table, limit: 1 << 20, counting: &tally)
        var output = OutputBuffer()
        writer.finish(into: &output)
        return (output.array, tally)
    }

    private static func plain(_ body: [UInt8]) throws -> [UInt8] {
        var output = OutputBuffer()
        try Snappy.append(decompressing: body.span, limit: 1 << 24, to: &output)
        return output.array
    }

    @Test func writesTheGoldenVector() throws {
        var table = Self.table()
        let family = table.families.number(of: "up")
        table.families.describe(family) { $0.kind = .gauge }
        let series = try Self.series(["__name__": "up", "job": "x"], family: family, in: &table)
        var batch = SampleBatch()
        batch.reset(timestamp: 1_700_000_000_000)
        batch.append(series: series, bits: (1.0).bitPattern)
        var output = OutputBuffer()
        for byte in try Self.plain(Self.encoded(batch, of: table).body) {
            output.append(hex: UInt64(byte), width: 2)
        }
        let golden =
            "220022085f5f6e616d655f5f2202757022036a6f622201782a1c0a0401020304121009000000000000f03f"
            + "1080d095ffbc312a020802"
        #expect(output.text == golden)
    }

    @Test func seriesShareSymbolsAndCarryTheirFamily() throws {
        var table = Self.table()
        let family = table.families.number(of: "requests")
        table.families.describe(family) {
            $0.kind = .counter
            $0.help = "Requests."
            $0.unit = "requests"
        }
        var batch = SampleBatch()
        batch.reset(timestamp: 1000)
        for code in ["200", "500"] {
            let labels: LabelSet = ["__name__": "requests_total", "code": code, "job": "web"]
            let series = try Self.series(labels, family: family, in: &table)
            batch.append(series: series, bits: (2.0).bitPattern)
        }
        batch.append(
            series: try Self.series(["__name__": "up", "job": "web"], in: &table),
            bits: SpecialFloat.staleBits,
            time: 2000,
        )
        batch.setStart(500, at: 1)
        batch.setStart(5000, at: 2)
        let (body, tally) = Self.encoded(batch, of: table)
        let request = DecodedWriteRequestV2(compressed: body)
        #expect(request.faults == [])
        #expect(tally.samples == 3)
        #expect(
            request.series.map(\.labels) == [
                ["__name__=requests_total", "code=200", "job=web"],
                ["__name__=requests_total", "code=500", "job=web"], ["__name__=up", "job=web"],
            ]
        )
        let two = (2.0).bitPattern
        // A start behind the sample is left out.
        #expect(
            request.series.map(\.samples) == [
                [[two, 1000, 0]], [[two, 1000, 500]], [[SpecialFloat.staleBits, 2000, 0]],
            ]
        )
        #expect(request.series[0].metadata == request.series[1].metadata)
        #expect(request.series[0].metadata?.kind == .counter)
        #expect(request.series[0].metadata?.help == "Requests.")
        #expect(request.series[0].metadata?.unit == "requests")
        #expect(request.series[2].metadata == nil)
    }

    @Test func exemplarsAndHistogramsGoWithTheirSeries() throws {
        var table = Self.table()
        let series = try Self.series(["__name__": "a"], in: &table)
        let other = try Self.series(["__name__": "b"], in: &table)
        var labels = OutputBuffer()
        let (name, value) = (Array("trace_id".utf8), Array("abc".utf8))
        LabelTable.append(name.span, value.span, to: &labels)
        var batch = SampleBatch()
        batch.reset(timestamp: 7)
        batch.append(series: series, bits: (1.0).bitPattern)
        batch.attachExemplar(labels.span, bits: (0.5).bitPattern, time: 6)
        batch.append(series: other, bits: (3.0).bitPattern)
        let message: [UInt8] = [0x08, 0x05]
        batch.attachHistogram(message.span, isCustom: true)
        batch.setStart(3, at: 1)

        let (all, tally) = Self.encoded(batch, of: table)
        let request = DecodedWriteRequestV2(compressed: all)
        #expect(request.faults == [])
        #expect(request.series.map(\.exemplars) == [["trace_id=abc 0.5 6"], []])
        #expect(request.series[1].histograms == [[0x08, 0x05, 0x78, 7, 0x88, 0x01, 3]])
        #expect((tally.samples, tally.exemplars, tally.histograms) == (1, 1, 1))

        let (few, rest) = Self.encoded(batch, of: table, RemoteWriteFilter())
        let plain = DecodedWriteRequestV2(compressed: few)
        #expect(plain.series.count == 1 && plain.series[0].exemplars == [])
        #expect((rest.samples, rest.exemplars, rest.unwantedHistograms) == (1, 0, 1))
    }

    @Test func requestsAfterAnotherKnowNothingOfIt() throws {
        var first = Self.table()
        var second = SeriesTable(source: 1, generation: 0, hash: KeyedHash())
        var writer = RemoteWriteV2()
        var tally = RemoteWriteTally()
        for round in 0..<3 {
            var batch = SampleBatch()
            batch.reset(timestamp: Int64(round))
            let series = try Self.series(["__name__": "a", "r": "\(round)"], in: &first)
            batch.append(series: series, bits: 0)
            _ = writer.append(batch, 0..<1, of: first, limit: 1 << 20, counting: &tally)
            batch.reset(timestamp: Int64(round))
            let labels: LabelSet = ["__name__": "b", "r": "\(round)"]
            batch.append(series: try Self.series(labels, in: &second), bits: 0)
            _ = writer.append(batch, 0..<1, of: second, limit: 1 << 20, counting: &tally)
            var output = OutputBuffer()
            writer.finish(into: &output)
            let request = DecodedWriteRequestV2(compressed: output.array)
            #expect(request.faults == [])
            #expect(
                request.series.map(\.labels) == [
                    ["__name__=a", "r=\(round)"], ["__name__=b", "r=\(round)"],
                ]
            )
            #expect(request.symbols == ["", "__name__", "a", "r", "\(round)", "b"])
        }
    }

    @Test func stopsAtTheLimitAndGoesOn() throws {
        var table = Self.table()
        var batch = SampleBatch()
        batch.reset(timestamp: 1)
        let value = String(repeating: "v", count: 300)
        for number in 0..<4000 {
            let labels: LabelSet = ["__name__": "n\(number)", "x": "\(value)\(number)"]
            batch.append(series: try Self.series(labels, in: &table), bits: UInt64(number))
        }
        var writer = RemoteWriteV2()
        var tally = RemoteWriteTally()
        var next = 0
        var seen: [String] = []
        var requests = 0
        while next < batch.count {
            next = writer.append(
                batch,
                next..<batch.count,
                of: table,
                limit: 200_000,
                counting: &tally,
            )
            var output = OutputBuffer()
            writer.finish(into: &output)
            let request = DecodedWriteRequestV2(compressed: output.array)
            #expect(request.faults == [])
            seen += request.series.map { $0.labels[0] }
            requests += 1
        }
        #expect(seen == (0..<4000).map { "__name__=n\($0)" })
        #expect(requests > 1)
        #expect(tally.samples == 4000)
    }
}
