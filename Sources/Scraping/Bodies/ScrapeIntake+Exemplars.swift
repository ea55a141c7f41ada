import Bytes
import Codecs
import Telemetry

extension ScrapeIntake {
    /// The most characters of an exemplar's label names and values together.
    ///
    /// Source: OpenMetrics 1.0.0, "Exemplars"; Prometheus, `ExemplarMaxLabelSetLength`.
    static let exemplarCharacters = 128

    /// Gives the batch's last sample an exemplar, whose labels are in `scratch.exemplar`.
    ///
    /// One that is the same as the last one of the series is no news and is left out, as Prometheus
    /// does; one that breaks the rules is left out and counted. Without a time of its own it has its
    /// sample's, in milliseconds since 1970.
    mutating func attachExemplar(
        bits: UInt64,
        time: Int64?,
        _ series: inout TargetSeries,
        _ scratch: inout ScrapeScratch,
    ) {
        guard self.encodeExemplar(&scratch) else { return }
        let number = scratch.batch.series(at: scratch.batch.count - 1)
        let mark = self.mark(scratch.bytes.span, bits, time)
        if series.lastExemplars.updateValue(mark, forKey: number) == mark { return }
        Self.attach(scratch.bytes, bits, time, to: &scratch.batch)
    }

    /// Keeps an exemplar, whose labels are in `scratch.exemplar`, for the histogram that is being
    /// collected, if there is one; without a time it can't be told from older ones and is left out.
    mutating func collectExemplar(
        bits: UInt64,
        time: Int64?,
        _ series: inout TargetSeries,
        _ scratch: inout ScrapeScratch,
    ) {
        guard series.classics.current != nil, let time, self.encodeExemplar(&scratch) else {
            return
        }
        series.classics.collect(scratch.bytes.span, bits: bits, time: time)
    }

    /// Puts the exemplar's labels into `scratch.bytes`; false, and counted, if they break the rules.
    private mutating func encodeExemplar(_ scratch: inout ScrapeScratch) -> Bool {
        scratch.exemplar.removeEmpty()
        scratch.exemplar.sort()
        guard scratch.exemplar.duplicateName == nil,
            Self.characters(of: scratch.exemplar) <= Self.exemplarCharacters
        else {
            self.countRefusedExemplar()
            return false
        }
        Self.encode(scratch.exemplar, into: &scratch.bytes)
        return true
    }

    private static func encode(
        _ labels: borrowing LabelBuilder,
        into output: inout OutputBuffer,
    ) {
        output.removeAll()
        let text = labels.text.span
        for entry in labels.entries {
            LabelTable.append(
                text.extracting(entry.name),
                text.extracting(entry.value),
                to: &output,
            )
        }
    }

    private static func attach(
        _ labels: borrowing OutputBuffer,
        _ bits: UInt64,
        _ time: Int64?,
        to batch: inout SampleBatch,
    ) {
        let time = time ?? batch.time(at: batch.count - 1)
        batch.attachExemplar(labels.span, bits: bits, time: time)
    }

    /// What tells an exemplar from the one before it.
    func mark(
        _ labels: borrowing Span<UInt8>,
        _ bits: UInt64,
        _ time: Int64?,
    ) -> UInt64 {
        var mark = self.hash(labels, from: 0, count: labels.count)
        for part in [bits, UInt64(bitPattern: time ?? 0)] {
            mark = (mark ^ part) &* 0x9e37_79b9_7f4a_7c15
            mark ^= mark >> 32
        }
        return mark
    }

    private static func characters(of labels: borrowing LabelBuilder) -> Int {
        let text = labels.text.span
        var count = 0
        for entry in labels.entries {
            // Bytes that go on with a character don't count.
            for place in entry.name where text[place] & 0xc0 != 0x80 { count += 1 }
            for place in entry.value where text[place] & 0xc0 != 0x80 { count += 1 }
        }
        return count
    }
}
