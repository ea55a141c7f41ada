import AgentTesting
import Bytes
import Codecs
import RandomTesting
import Telemetry
import Testing

@Suite struct RemoteWriteDowngradeTests {
    /// A table and a batch with whatever samples may have.
    private struct Case: ~Copyable {
        var table = SeriesTable(source: 0, generation: 0, hash: KeyedHash(key: 3))
        var batch = SampleBatch()

        init(seed: UInt64) throws {
            var random = SplitMix(seed: seed)
            self.batch.reset(timestamp: 1_700_000_000_000)
            for number in 0..<Int.random(in: 1...200, using: &random) {
                var builder = LabelBuilder()
                let labels = Int.random(in: 0...5, using: &random)
                builder.set("__name__", "metric_\(number % 17)")
                for label in 0..<labels {
                    builder.set("l\(label)", "v\(Int.random(in: 0...3, using: &random))é")
                }
                builder.set("n", "\(number)")
                builder.sort()
                let series = try #require(self.table.insert(builder)?.series)
                let time = Int64.random(in: -5...5, using: &random)
                let value = Double(Int.random(in: -1...1, using: &random))
                self.batch.append(series: series, bits: value.bitPattern, time: time)
                self.attach(&random)
            }
        }

        private mutating func attach(_ random: inout SplitMix) {
            if Int.random(in: 0..<4, using: &random) == 0 {
                let schema: [UInt8] = Bool.random(using: &random) ? [0x20, 105] : [0x20, 2]
                let message: [UInt8] = [0x08, 9] + schema + [0x2a, 2, 7, 7]
                self.batch.attachHistogram(message.span, isCustom: schema[1] == 105)
            }
            for _ in 0..<max(Int.random(in: -3...2, using: &random), 0) {
                var labels = OutputBuffer()
                let (name, value) = (Array("trace".utf8), Array("t\(random.next() % 9)".utf8))
                LabelTable.append(name.span, value.span, to: &labels)
                let time = Int64.random(in: 0...9, using: &random)
                self.batch.attachExemplar(labels.span, bits: random.next() % 3, time: time)
            }
            let start = Int64.random(in: -6...6, using: &random)
            self.batch.setStart(start, at: self.batch.count - 1)
        }
    }

    private static let filter = RemoteWriteFilter(exemplars: true, histograms: true)

    private static func plain(_ body: borrowing OutputBuffer) throws -> [UInt8] {
        var output = OutputBuffer()
        try Snappy.append(decompressing: body.span, limit: 1 << 24, to: &output)
        return output.array
    }

    @Test(arguments: 0..<40)
    func givesWhatTheFirstVersionWouldHaveSaid(_ seed: Int) throws {
        let input = try Case(seed: UInt64(seed))
        let range = 0..<input.batch.count
        var tally = RemoteWriteTally()
        var stream = SnappyStream()
        _ = RemoteWriteV1.append(
            input.batch,
            range,
            of: input.table,
            filter: Self.filter,
            to: &stream,
            limit: 1 << 24,
            counting: &tally,
        )
        var expected = OutputBuffer()
        stream.finish(into: &expected)

        var writer = RemoteWriteV2(filter: Self.filter)
        var second = RemoteWriteTally()
        _ = writer.append(input.batch, range, of: input.table, limit: 1 << 24, counting: &second)
        var body = OutputBuffer()
        writer.finish(into: &body)
        #expect(DecodedWriteRequestV2(compressed: body.array).faults == [])
        #expect(second.histograms == tally.histograms + tally.customHistograms)

        var rewritten = OutputBuffer()
        var downgrade = RemoteWriteDowngrade()
        let plain = try Self.plain(body)
        let third = try downgrade.append(rewriting: plain.span, to: &rewritten)
        // Macros can't look into values that are not copyable.
        let (found, wanted) = (try Self.plain(rewritten), try Self.plain(expected))
        #expect(found == wanted, "seed \(seed)")
        #expect(third == tally)
    }

    @Test func damagedBodiesAreErrors() throws {
        let input = try Case(seed: 99)
        var writer = RemoteWriteV2(filter: Self.filter)
        var tally = RemoteWriteTally()
        let range = 0..<input.batch.count
        _ = writer.append(input.batch, range, of: input.table, limit: 1 << 24, counting: &tally)
        var body = OutputBuffer()
        writer.finish(into: &body)
        let plain = try Self.plain(body)
        var failures = 0
        for cut in stride(from: 1, to: plain.count, by: 7) {
            var output = OutputBuffer()
            var downgrade = RemoteWriteDowngrade()
            do {
                _ = try downgrade.append(
                    rewriting: plain.span.extracting(0..<cut),
                    to: &output,
                )
            } catch { failures += 1 }
        }
        #expect(failures > plain.count / 7 / 2)
        let beyond: [UInt8] = [0x22, 0x00, 0x2a, 0x04, 0x0a, 0x02, 0x00, 0x05]
        #expect(throws: ProtobufError.self) {
            var output = OutputBuffer()
            var downgrade = RemoteWriteDowngrade()
            _ = try downgrade.append(rewriting: beyond.span, to: &output)
        }
    }
}
