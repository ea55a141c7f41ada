import Bytes
import Codecs
import Fuzzing
import Telemetry

/// Everything that a body says, as text.
private struct Reading: Equatable {
    var events: [String] = []
    var isSound = true
}

/// What the numbers of a metric, its labels and its exemplars are.
private func describe(
    _ range: Range<Int>,
    _ bytes: borrowing Span<UInt8>,
    _ type: MetricFamilyType,
    _ message: inout MetricMessage,
) throws(ProtobufError) -> String {
    try message.read(range, of: bytes, type, wantsNative: true)
    invariant(message.buckets.count <= MetricMessage.partLimit, "too many buckets")
    invariant(message.exemplars.count <= MetricMessage.exemplarLimit, "too many exemplars")
    invariant(message.native.bucketCount <= 2 * NativeHistogram.bucketLimit, "too many buckets")
    invariant(message.native.isFloat || message.native.positive.counts.isEmpty, "both flavours")
    var labels = LabelBuilder()
    try message.readLabels(of: bytes, into: &labels)
    var text = "\(labels.labelSet) \(message.bits) \(message.time) \(message.start)"
    text += " \(message.count) \(message.sumBits) \(message.quantiles) \(message.isNative)"
    text += " \(message.buckets.map { "\($0.bound) \($0.count)" })"
    text += " \(message.native.positive) \(message.native.negative)"
    for exemplar in message.exemplars {
        let (bits, time) = try MetricMessage.readExemplar(exemplar, of: bytes, into: &labels)
        let again = try MetricMessage.time(ofExemplar: exemplar, bytes)
        invariant(time == again, "two times of one exemplar")
        text += " \(bits) \(String(describing: time)) \(labels.labelSet)"
    }
    return text
}

/// Reads a body whose bytes come in two pieces, as far as it is sound.
private func read(_ body: [UInt8], cutAt cut: Int) -> Reading {
    var decoder = MetricFamilyDecoder()
    var message = MetricMessage()
    var reading = Reading()
    var type = MetricFamilyType.counter
    var offset = 0
    for end in [cut, body.count] {
        let bytes = Array(body[offset..<end])
        var place = 0
        do throws(ProtobufError) {
            events: while true {
                let before = place
                let event = try decoder.next(
                    bytes.span,
                    from: &place,
                    isComplete: end == body.count && cut < end,
                )
                invariant(place >= before && place <= bytes.count, "the offset left the bytes")
                switch event {
                case .family(let header):
                    type = header.type
                    let name = bytes.span.extracting(header.name).text
                    reading.events.append("\(name) \(header.type)")
                case .metric(let range):
                    invariant(range.upperBound <= place, "a metric beyond the offset")
                    reading.events.append(try describe(range, bytes.span, type, &message))
                case .help(let range), .unit(let range):
                    reading.events.append(bytes.span.extracting(range).text)
                case .end, .incomplete: break events
                }
            }
        } catch {
            invariant(!error.expected.isEmpty && error.offset <= bytes.count, "no place")
            reading.isSound = false
            return reading
        }
        offset += place
    }
    invariant(offset == body.count, "bytes were left")
    return reading
}

/// The protobuf exposition, whole and in two pieces.
@main enum FuzzProtobufExposition {
    static func main() { fuzz(Self.test) }

    private static func test(_ input: inout FuzzInput) {
        let share = Int(input.byte())
        let body = input.rest()
        if body.isEmpty { return }
        let whole = read(body, cutAt: 0)
        let pieces = read(body, cutAt: (body.count - 1) * share / 255)
        invariant(whole.isSound == pieces.isSound, "only one of whole and pieces is an error")
        if whole.isSound { invariant(whole == pieces, "whole and pieces differ") }
    }
}
