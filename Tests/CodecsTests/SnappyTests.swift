import Bytes
import Codecs
import RandomTesting
import Testing

@Suite struct SnappyTests {
    private static func decompressed(_ block: [UInt8], limit: Int = 1 << 24) throws -> [UInt8] {
        var output = OutputBuffer()
        try Snappy.append(decompressing: block.span, limit: limit, to: &output)
        return output.array
    }

    @Test(arguments: [0, 1, 59, 60, 1000, 65_535, 65_536, 65_537, 200_000])
    func aStreamIsOneBlock(_ count: Int) throws {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7 >> 3) }
        var stream = SnappyStream()
        var place = 0
        while place < count {
            let end = min(count, place + 777)
            stream.pending.append(bytes.span.extracting(place..<end))
            stream.settle()
            place = end
        }
        #expect(stream.uncompressedCount == count)
        var block = OutputBuffer()
        stream.finish(into: &block)
        #expect(try Self.decompressed(block.array) == bytes)
        #expect(stream.uncompressedCount == 0)
    }

    @Test func compresses() throws {
        let bytes = [UInt8](repeating: 7, count: 100_000)
        var block = OutputBuffer()
        Snappy.append(compressing: bytes.span, to: &block)
        #expect(block.count < 10_000)
        #expect(try Self.decompressed(block.array) == bytes)
    }

    @Test func literalsAreRead() throws {
        // Length 3, one literal of three bytes.
        #expect(try Self.decompressed([3, 0x08, 1, 2, 3]) == [1, 2, 3])
    }

    @Test func limitsHold() {
        #expect(throws: Snappy.Failure.tooLarge(3)) {
            try Self.decompressed([3, 0x08, 1, 2, 3], limit: 2)
        }
        // Says it holds four gigabytes.
        #expect(throws: Snappy.Failure.self) {
            try Self.decompressed([0xff, 0xff, 0xff, 0xff, 0x0f, 0])
        }
    }

    @Test func garbageIsRefused() {
        for block: [UInt8] in [[], [0x80], [3, 0x08, 1], [3, 0xff, 1, 2], [2, 0x08, 1, 2, 3]] {
            #expect(throws: Snappy.Failure.malformed) { try Self.decompressed(block) }
        }
        var random = SplitMix(seed: 7)
        for _ in 0..<5000 {
            let bytes = (0..<Int(random.next() % 40)).map { _ in
                UInt8(truncatingIfNeeded: random.next())
            }
            // Right or wrong, it ends and stays within the limit.
            let output = try? Self.decompressed(bytes, limit: 1 << 16)
            #expect((output?.count ?? 0) <= 1 << 16)
        }
    }
}
