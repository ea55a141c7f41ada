import Bytes
import Codecs
import Fuzzing
import Telemetry

/// One line's event, with the labels of a sample.
private struct Line: Equatable {
    let event: ExpositionEvent
    let labels: [[UInt8]]
}

/// Reads from `offset` on until the parser wants no more or finds an error.
private func read(
    _ bytes: borrowing Span<UInt8>,
    isComplete: Bool,
    from offset: inout Int,
) -> (lines: [Line], isSound: Bool) {
    let parser = ExpositionParser(isComplete: isComplete)
    var labels = LabelBuilder()
    var lines: [Line] = []
    while true {
        let before = offset
        let event: ExpositionEvent
        do {
            event = try parser.next(bytes, from: &offset, labels: &labels)
        } catch {
            invariant(offset == before, "an error moved the offset")
            invariant(error.line >= 1 && !error.expected.isEmpty, "an error without a place")
            return (lines, false)
        }
        switch event {
        case .end: return (lines, true)
        case .incomplete:
            invariant(!isComplete, "a whole body can't be incomplete")
            return (lines, true)
        case .sample(let series, let suffix):
            let end = ExpositionParser.seriesEnd(bytes, at: series.lowerBound)
            invariant(end == series.upperBound, "the short way finds another end of the series")
            let again = ExpositionParser.suffix(bytes, at: series.upperBound)
            invariant(again == suffix, "the short way reads another value")
            lines.append(
                Line(
                    event: event,
                    labels: labels.entries.flatMap {
                        [
                            labels.text.span.extracting($0.name).array,
                            labels.text.span.extracting($0.value).array,
                        ]
                    },
                )
            )
        default: lines.append(Line(event: event, labels: []))
        }
        invariant(offset > before && offset <= bytes.count, "no progress")
    }
}

/// The text exposition, whole and in two parts.
@main enum FuzzExposition {
    static func main() { fuzz(Self.test) }

    private static func test(_ input: inout FuzzInput) {
        let share = Int(input.byte())
        let body = input.rest()
        var offset = 0
        let whole = read(body.span, isComplete: true, from: &offset)
        offset = 0
        let part = Array(body.prefix(body.count * share / 255))
        var inParts = read(part.span, isComplete: false, from: &offset)
        if inParts.isSound {
            let rest = read(body.span, isComplete: true, from: &offset)
            inParts = (inParts.lines + rest.lines, rest.isSound)
        }
        invariant(inParts.isSound == whole.isSound, "only one of whole and parts is an error")
        invariant(inParts.lines == whole.lines, "whole and parts differ")
    }
}
