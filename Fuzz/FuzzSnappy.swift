import Bytes
import Codecs
import Fuzzing

/// Snappy blocks: any bytes in, and what was compressed out again.
@main enum FuzzSnappy {
    static func main() { fuzz(Self.test) }

    private static func test(_ input: inout FuzzInput) {
        let limit = Int(input.byte()) << 8
        let repeats = input.choice(64)
        let bytes = input.rest()
        var output = OutputBuffer()
        if (try? Snappy.append(decompressing: bytes.span, limit: limit, to: &output)) != nil {
            invariant(output.count <= limit, "more than the limit")
        }
        var stream = SnappyStream()
        var expected: [UInt8] = []
        for _ in 0...repeats {
            stream.pending.append(bytes.span)
            expected += bytes
            stream.settle()
        }
        invariant(stream.uncompressedCount == expected.count, "the count is wrong")
        var block = OutputBuffer()
        stream.finish(into: &block)
        var again = OutputBuffer()
        do {
            try Snappy.append(decompressing: block.span, limit: expected.count, to: &again)
        } catch {
            invariant(false, "a block of our own is refused: \(error)")
        }
        invariant(again.array == expected, "a round trip changed the bytes")
    }
}
