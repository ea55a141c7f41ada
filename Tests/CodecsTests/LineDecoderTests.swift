import Bytes
import Codecs
import Telemetry
import Testing

struct LineDecoderTests {
    /// Every kind of line, in an order that mixes streams.
    static let sample: [UInt8] = {
        var text = ""
        for number in 0..<6 {
            text += "2023-11-14T22:13:2\(number).5Z stdout P start\(number) \n"
            text += "2023-11-14T22:13:2\(number)Z stderr F between\n"
            text += "broken line \(number)\n"
            text += "2023-11-14T22:13:2\(number).123456789+01:00 stdout F end\n"
            text += "2023-11-14T22:13:2\(number)Z stdout F \n"
        }
        return Array((text + "2023-11-14T22:13:29Z stderr P waits\n2023-11-14T22:13:29Z cut").utf8)
    }()

    @Test func `however a file is cut the same records come out`() {
        var whole = LineReading()
        whole.read(Self.sample)
        #expect(whole.records.count == 24)
        for chunkSize in 64...400 {
            var reading = LineReading()
            reading.chunkSize = chunkSize
            reading.read(Self.sample)
            #expect(reading.records == whole.records, "chunks of \(chunkSize)")
            #expect(reading.result.consumed == whole.result.consumed, "chunks of \(chunkSize)")
        }
    }

    @Test func `every byte is accounted for`() {
        for chunkSize in [64, 100, 1 << 20] {
            for limit in [1024, 4] {
                var reading = LineReading()
                reading.decoder.maxLineBytes = limit
                reading.chunkSize = chunkSize
                reading.read(Self.sample)
                let delivered = reading.records.reduce(0) { $0 + $1.sourceBytes }
                let sum = delivered + reading.waitingBytes + reading.result.dropped
                #expect(sum == reading.result.consumed, "chunks of \(chunkSize), limit \(limit)")
            }
        }
    }

    @Test func `going on at any confirmed position repeats nothing and loses nothing`() {
        var whole = LineReading()
        whole.read(Self.sample)
        var first = LineReading()
        first.chunkSize = 150
        var assembly = LineAssembly()
        first.read(Self.sample, file: 1, &assembly)
        for (index, position) in first.positions.enumerated() {
            var before = LineReading()
            before.chunkSize = 150
            var assembly = LineAssembly()
            // What was confirmed by then: as many chunks as there were positions.
            let end = index + 1 < first.positions.count ? index : index
            before.read(Self.sample, chunks: end + 1, &assembly)
            var after = LineReading()
            after.done = position
            after.read(Self.sample, from: Int(position.resume))
            let bodies = (before.records + after.records).map(\.text).sorted()
            #expect(bodies == whole.records.map(\.text).sorted(), "after chunk \(index)")
        }
    }

    @Test(arguments: [10, 64, 100, 4096]) func `a long line is cut and marked`(chunkSize: Int) {
        let header = "2023-11-14T22:13:20Z stdout F "
        let text = "\(header)\(String(repeating: "z", count: 5000))\n\(header)next\n"
        var reading = LineReading()
        reading.decoder.maxLineBytes = 1000
        reading.chunkSize = max(chunkSize, 64)
        reading.read(Array(text.utf8))
        #expect(reading.records.map(\.body.count) == [1000, 4])
        #expect(reading.records.map(\.flags) == [.truncated, []])
        #expect(reading.result.truncated == 1)
        #expect(reading.result.dropped == 4000)
    }

    @Test func `many pieces are cut at the limit too`() {
        var text = ""
        for _ in 0..<100 { text += "2023-11-14T22:13:20Z stdout P 0123456789\n" }
        text += "2023-11-14T22:13:20Z stdout F end\n2023-11-14T22:13:20Z stdout F next\n"
        var reading = LineReading()
        reading.decoder.maxLineBytes = 55
        reading.read(Array(text.utf8))
        #expect(reading.records.map(\.body.count) == [55, 4])
        #expect(reading.result.truncated == 1)
    }

    @Test func `a cut never ends inside a character`() {
        let text = "2023-11-14T22:13:20Z stdout F aa\(String(repeating: "é", count: 50))\n"
        for limit in 10...14 {
            var reading = LineReading()
            reading.decoder.maxLineBytes = limit
            reading.read(Array(text.utf8))
            let isValid = String(validating: reading.records[0].body, as: UTF8.self) != nil
            #expect(isValid)
            #expect(reading.records[0].body.count >= limit - 1)
        }
    }

    @Test func `no line end ever takes no more memory than the limit`() {
        var reading = LineReading()
        reading.decoder.maxLineBytes = 1000
        reading.chunkSize = 4096
        reading.read([UInt8](repeating: 0x61, count: 1 << 20))
        #expect(reading.records.isEmpty)
        #expect(reading.waitingBytes <= 1000)
        #expect(reading.positions.last?.resume == 0, "the line is read again after a restart")
    }

    @Test func `a line may begin in a rotated file and end in the next one`() {
        let first = Array("2023-11-14T22:13:20Z stdout F a\n2023-11-14T22:13:21Z stdout P b\n".utf8)
        let second = Array(
            "2023-11-14T22:13:22Z stdout F c\n2023-11-14T22:13:23Z stdout F d\n".utf8
        )
        var assembly = LineAssembly()
        var reading = LineReading()
        reading.read(first, file: 1, &assembly)
        #expect(assembly.position(in: 1, consumed: Int64(first.count)).resume == 32)
        reading.read(second, file: 2, &assembly)
        #expect(reading.records.map(\.text) == ["a", "bc", "d"])
        // Ids are made of file and offset: the joined record has the place where it ended.
        #expect(reading.records.map(\.offset) == [0, 0, 32])
        #expect(assembly.position(in: 1, consumed: Int64(first.count)).resume == 64)
        #expect(assembly.takeCarried().map(\.bytes) == [32])
    }

    @Test func `a file that is finished gives its last line without an end`() {
        var reading = LineReading()
        reading.decoder.format = .raw
        reading.read(Array("one\ntwo".utf8), finish: true)
        #expect(reading.records.map(\.text) == ["one", "two"])
        #expect(reading.records.map(\.sourceBytes) == [4, 3])
    }

    @Test func `random bytes are survived and accounted for`() {
        var state: UInt64 = 7
        for _ in 0..<200 {
            let bytes = (0..<2000).map { _ -> UInt8 in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                let value = UInt8(truncatingIfNeeded: state >> 33)
                return value < 40 ? 0x0a : value < 60 ? 0 : value
            }
            var reading = LineReading()
            reading.decoder.maxLineBytes = 64
            reading.chunkSize = 64 + Int(state % 500)
            reading.read(bytes, finish: true)
            let delivered = reading.records.reduce(0) { $0 + $1.sourceBytes }
            let sum =
                delivered + reading.waitingBytes + reading.result.dropped + reading.result.holes
            #expect(sum == reading.result.consumed)
            #expect(reading.result.consumed == bytes.count)
        }
    }
}

extension LineReading {
    /// Reads only so many chunks.
    fileprivate mutating func read(
        _ bytes: [UInt8],
        chunks: Int,
        _ assembly: inout LineAssembly,
    ) {
        var offset = 0
        for _ in 0..<chunks where offset < bytes.count {
            let end = min(offset + self.chunkSize, bytes.count)
            var batch = LogBatch(capacity: self.chunkSize)
            batch.input.append(bytes.span.extracting(offset..<end))
            let isFull = end - offset == self.chunkSize
            let chunk = LineDecoder.Chunk(file: 1, offset: Int64(offset), isFull: isFull, now: 42)
            let result = batch.fill { input, table in
                self.decoder.decode(input, chunk, with: &assembly, into: &table)
            }
            self.collect(batch)
            offset += result.consumed
        }
    }
}
