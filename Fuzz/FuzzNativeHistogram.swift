import Bytes
import Codecs
import Fuzzing
import Telemetry

/// Buckets from the input, some of them as they should be.
private func fill(
    _ buckets: inout NativeHistogram.Buckets,
    _ isFloat: Bool,
    _ input: inout FuzzInput,
) {
    buckets.removeAll()
    for _ in 0..<input.choice(6) {
        let far = input.byte()
        let offset =
            far < 250
            ? Int32(Int8(bitPattern: input.byte()))
            : Int32(truncatingIfNeeded: Int64(bitPattern: input.word()))
        let length = far == 249 ? UInt32(truncatingIfNeeded: input.word()) : UInt32(input.choice(5))
        buckets.spans.append(NativeHistogram.BucketSpan(offset: offset, length: length))
    }
    let need = buckets.spans.reduce(0) { $0 + Int($1.length) }
    let count = input.byte() > 250 ? input.choice(20) : min(need, 64)
    for _ in 0..<count {
        let form = input.byte()
        if isFloat {
            buckets.counts.append(form > 250 ? Double(bitPattern: input.word()) : Double(form % 8))
        } else {
            let wide = Int64(bitPattern: input.word())
            buckets.deltas.append(form > 250 ? wide : Int64(Int8(bitPattern: form)) % 4)
        }
    }
}

/// The observations in buckets, in order.
private func total(_ buckets: NativeHistogram.Buckets) -> Double {
    var count: Int64 = 0
    var total = buckets.counts.reduce(0, +)
    for delta in buckets.deltas {
        count += delta
        total += Double(count)
    }
    return total
}

private func isSound(_ histogram: borrowing NativeHistogram) -> Bool {
    do throws(NativeHistogram.Flaw) {
        try histogram.validateBuckets()
        return true
    } catch {
        return false
    }
}

/// Checking, compacting, reducing and writing native histograms; converting classic ones.
@main enum FuzzNativeHistogram {
    static func main() { fuzz(Self.test) }

    private static func test(_ input: inout FuzzInput) {
        var histogram = NativeHistogram()
        if input.choice(3) == 0 {
            guard Self.convert(&input, &histogram) else { return }
            invariant(isSound(histogram), "a converted histogram that is not sound")
        } else {
            histogram.isFloat = input.choice(2) == 1
            histogram.schema = Int32(input.choice(70)) - 9
            if histogram.schema > 52 { histogram.schema = -53 }
            fill(&histogram.positive, histogram.isFloat, &input)
            fill(&histogram.negative, histogram.isFloat, &input)
            for _ in 0..<input.choice(8) {
                histogram.customBounds.append(Double(bitPattern: input.word()))
            }
            histogram.sum = input.choice(2) == 1 ? .nan : 1
            histogram.count = UInt64(input.byte())
            if !isSound(histogram) { return }
        }
        Self.change(&histogram, &input)
    }

    private static func change(_ histogram: inout NativeHistogram, _ input: inout FuzzInput) {
        let before = total(histogram.positive)
        histogram.compact(keepingRunsOf: input.choice(4))
        invariant(isSound(histogram), "not sound after compacting")
        let spans = histogram.positive.spans
        histogram.compact()
        let buckets = histogram.bucketCount
        histogram.compact()
        invariant(histogram.bucketCount == buckets, "compacting again changes something")
        invariant(spans.count <= histogram.positive.spans.count, "runs kept, and more spans")
        let limit = input.choice(16)
        let schema = histogram.schema
        let fits = histogram.reduce(toBuckets: limit)
        invariant(isSound(histogram), "not sound after reducing")
        invariant(histogram.schema <= schema, "finer than before")
        invariant(!fits || histogram.bucketCount <= limit, "more buckets than the limit")
        let after = total(histogram.positive)
        let isSame = before.isNaN ? after.isNaN : abs(before - after) <= abs(before) * 1e-9
        invariant(isSame || before.isInfinite || after.isInfinite || after.isNaN, "lost some")
        var output = OutputBuffer()
        HistogramWriter.append(histogram, to: &output)
        var reader = ProtobufReader(0..<output.count)
        do throws(ProtobufError) {
            while try reader.next(in: output.span) { try reader.skip(in: output.span) }
        } catch {
            invariant(false, "wrote what can't be read: \(error)")
        }
    }

    /// False if the input makes no histogram.
    private static func convert(
        _ input: inout FuzzInput,
        _ histogram: inout NativeHistogram,
    ) -> Bool {
        var classic = ClassicHistogram()
        do throws(NativeHistogram.Flaw) {
            if input.choice(2) == 1 { try classic.setCount(Double(input.byte())) }
            for _ in 0..<input.choice(12) {
                let bound = input.byte()
                try classic.setBucket(
                    bound: bound > 250 ? Double(bitPattern: input.word()) : Double(bound),
                    count: bound > 253 ? Double(bitPattern: input.word()) : Double(input.byte()),
                )
            }
            try classic.convert(into: &histogram)
            return true
        } catch {
            return false
        }
    }
}
