import Bytes
import Codecs
import Fuzzing

/// Remote write 2.0 bodies as they may come from a damaged disk: rewritten, or refused with a reason.
@main enum FuzzRemoteWrite {
    static func main() { fuzz(Self.test) }

    private static func test(_ input: inout FuzzInput) {
        let body = input.rest()
        var output = OutputBuffer()
        var downgrade = RemoteWriteDowngrade()
        guard let tally = try? downgrade.append(rewriting: body.span, to: &output) else { return }
        var plain = OutputBuffer()
        do {
            try Snappy.append(decompressing: output.span, limit: 1 << 28, to: &plain)
        } catch {
            invariant(false, "what was rewritten is no snappy block: \(error)")
        }
        var series = 0
        var reader = ProtobufReader(0..<plain.count)
        do {
            while try reader.next(in: plain.span) {
                invariant(reader.field == 1, "a field that 1.0 does not have")
                _ = try reader.message(in: plain.span)
                series += 1
            }
        } catch {
            invariant(false, "what was rewritten can't be read: \(error)")
        }
        let samples = tally.samples + tally.histograms
        invariant(series <= samples, "a series without a sample")
        // The same rewriter again must not remember anything.
        var again = OutputBuffer()
        let second = try? downgrade.append(rewriting: body.span, to: &again)
        invariant(second == tally && again.array == output.array, "another result the second time")
    }
}
