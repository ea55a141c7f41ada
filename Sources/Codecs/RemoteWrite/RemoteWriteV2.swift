package import Bytes
package import Telemetry

/// Writes the body of remote write 2.0: a protobuf `io.prometheus.write.v2.Request`.
///
/// Series refer to texts by number. What a target's label pairs and families are numbered in this
/// request is looked up once and kept for as long as its samples come, so that a further series
/// costs a few bytes copied for each label.
///
/// Source: Prometheus Remote-Write 2.0 specification (2.0-rc.4).
package struct RemoteWriteV2: ~Copyable {
    private var symbols = RemoteWriteSymbols()
    private var stream = SnappyStream()
    private let filter: RemoteWriteFilter

    /// The table whose pairs and families are known by `pairs` and `families`.
    private var table: (source: UInt64, generation: UInt32)?
    /// Rises when what is known of pairs and families counts no more.
    private var stamp: UInt32 = 0
    private var pairs = StampedRefs()
    private var families = StampedRefs()
    /// The fields `metadata` that `families` points at.
    private var familyFields = OutputBuffer(capacity: 256)
    /// The references of the series being written.
    private var refs = OutputBuffer(capacity: 256)
    /// What the samples of the series being written have, before its length is known.
    private var inside = OutputBuffer(capacity: 256)

    /// Makes an empty body.
    package init(filter: RemoteWriteFilter = RemoteWriteFilter()) {
        self.filter = filter
    }

    /// The bytes of the body so far, before compression.
    package var uncompressedCount: Int {
        self.symbols.encoded.count + self.stream.uncompressedCount
    }

    /// Appends samples from `range`, and stops early when the body has `limit` bytes.
    ///
    /// - Returns: The place of the first sample that was not appended.
    package mutating func append(
        _ samples: borrowing SampleBatch,
        _ range: Range<Int>,
        of table: borrowing SeriesTable,
        limit: Int,
        counting tally: inout RemoteWriteTally,
    ) -> Int {
        self.begin(table)
        let isPlain = samples.isPlain
        var cursor = SampleAttachmentCursor()
        for index in range {
            if isPlain {
                self.appendPlain(samples, index, of: table)
                tally.samples &+= 1
            } else {
                self.append(samples, index, of: table, &cursor, &tally)
            }
            if self.stream.pending.count >= Snappy.fragment {
                self.stream.settle()
                if self.uncompressedCount >= limit { return index + 1 }
            }
        }
        return range.upperBound
    }

    /// Appends the finished body to `output`, compressed, and begins the next one.
    package mutating func finish(into output: inout OutputBuffer) {
        // Symbols come first: some receivers resolve references as they read.
        Self.finish(&self.stream, behind: self.symbols.encoded, into: &output)
        self.symbols.removeAll()
        self.table = nil
    }

    private static func finish(
        _ stream: inout SnappyStream,
        behind symbols: borrowing OutputBuffer,
        into output: inout OutputBuffer,
    ) {
        stream.finish(into: &output, behind: symbols.span)
    }

    // MARK: Series

    private mutating func begin(_ table: borrowing SeriesTable) {
        if let known = self.table, known == (table.source, table.generation) { return }
        self.table = (table.source, table.generation)
        self.stamp &+= 1
        self.familyFields.removeAll()
        if self.stamp == 0 {
            // After four billion changes of target: old stamps could pass for new ones.
            self.pairs = StampedRefs()
            self.families = StampedRefs()
            self.stamp = 1
        }
    }

    private mutating func appendPlain(
        _ samples: borrowing SampleBatch,
        _ index: Int,
        of table: borrowing SeriesTable,
    ) {
        let series = samples.series(at: index)
        let bits = samples.bits(at: index)
        let time = samples.time(at: index)
        self.collectRefs(of: series, table)
        let family = self.familyField(of: series, table)
        let length = RemoteWriteMessage.sampleLength(bits, time)
        self.appendHead(beforeBytes: RemoteWriteMessage.fieldLength(length) &+ family.count)
        RemoteWriteMessage.append(sample: bits, time, length: length, to: &self.stream.pending)
        Self.copy(self.familyFields, family, to: &self.stream.pending)
    }

    private mutating func append(
        _ samples: borrowing SampleBatch,
        _ index: Int,
        of table: borrowing SeriesTable,
        _ cursor: inout SampleAttachmentCursor,
        _ tally: inout RemoteWriteTally,
    ) {
        let histogram = cursor.histogram(of: index, in: samples)
        let exemplars = cursor.exemplars(of: index, in: samples)
        if histogram != nil, !self.filter.histograms {
            tally.unwantedHistograms += 1
            return
        }
        let bits = samples.bits(at: index)
        let time = samples.time(at: index)
        // A time of start behind the sample's own is a clock's fault, not the counter's.
        let start = samples.start(at: index) <= time ? samples.start(at: index) : 0
        self.inside.removeAll()
        if let histogram {
            let length = RemoteWriteMessage.histogramLength(histogram, time, start: start)
            self.inside.append(0x1a)
            self.inside.append(varint: UInt64(length))
            let bytes = samples.attachments.span
            RemoteWriteMessage.append(histogram, bytes, time, start: start, to: &self.inside)
            tally.histograms += 1
        } else {
            let length = RemoteWriteMessage.sampleLength(bits, time, start: start)
            RemoteWriteMessage.append(
                sample: bits,
                time,
                start: start,
                length: length,
                to: &self.inside,
            )
            tally.samples += 1
        }
        if self.filter.exemplars {
            for place in exemplars { self.append(samples.exemplars[place], samples) }
            tally.exemplars += exemplars.count
        }
        let series = samples.series(at: index)
        self.collectRefs(of: series, table)
        let family = self.familyField(of: series, table)
        self.appendHead(beforeBytes: self.inside.count + family.count)
        Self.copy(self.inside, to: &self.stream.pending)
        Self.copy(self.familyFields, family, to: &self.stream.pending)
    }

    private static func copy(_ bytes: borrowing OutputBuffer, to output: inout OutputBuffer) {
        output.append(bytes.span)
    }

    private static func copy(
        _ bytes: borrowing OutputBuffer,
        _ range: Range<Int>,
        to output: inout OutputBuffer,
    ) {
        if !range.isEmpty { output.append(bytes.span.extracting(range)) }
    }

    /// Appends the head of a `TimeSeries` and its references; `beforeBytes` more are to follow.
    private mutating func appendHead(beforeBytes: Int) {
        let count = self.refs.count
        let length = RemoteWriteMessage.fieldLength(count) &+ beforeBytes
        self.stream.pending.append(0x2a)
        self.stream.pending.append(varint: UInt64(length))
        self.stream.pending.append(0x0a)
        self.stream.pending.append(varint: UInt64(count))
        Self.copy(self.refs, to: &self.stream.pending)
    }

    // MARK: References

    /// Leaves in `refs` the numbers of a series' names and values.
    private mutating func collectRefs(of series: UInt32, _ table: borrowing SeriesTable) {
        self.refs.removeAll()
        let range = table.pairRange(of: series)
        var place = range.lowerBound
        while place < range.upperBound {
            let pair = table.nextPair(&place)
            var ref = self.pairs.find(pair, self.stamp)
            if ref == 0 { ref = self.internPair(pair, table) }
            if ref == StampedRefs.long {
                self.appendLongRef(pair, table)
            } else {
                self.refs.append(littleEndian: ref, count: StampedRefs.count(ref))
            }
        }
    }

    private mutating func internPair(
        _ pair: UInt32,
        _ table: borrowing SeriesTable,
    ) -> UInt64 {
        let (name, value) = self.numbers(ofPair: pair, table)
        var ref = StampedRefs.Packing()
        ref.append(varint: UInt64(name))
        ref.append(varint: UInt64(value))
        self.pairs.set(pair, ref.packed, self.stamp)
        return ref.packed
    }

    /// For numbers above two million, which no request of usual size has.
    private mutating func appendLongRef(_ pair: UInt32, _ table: borrowing SeriesTable) {
        let (name, value) = self.numbers(ofPair: pair, table)
        self.refs.append(varint: UInt64(name))
        self.refs.append(varint: UInt64(value))
    }

    private mutating func numbers(
        ofPair pair: UInt32,
        _ table: borrowing SeriesTable,
    ) -> (name: UInt32, value: UInt32) {
        let parts = table.labels.parts(of: pair)
        let text = table.labels.encoded.span
        let name = self.symbols.number(of: text.extracting(parts.name))
        return (name, self.symbols.number(of: text.extracting(parts.value)))
    }

    /// Where in `familyFields` the field `metadata` of a series' family is; empty for none.
    private mutating func familyField(
        of series: UInt32,
        _ table: borrowing SeriesTable,
    ) -> Range<Int> {
        let number = table.family(of: series)
        if number == 0 { return 0..<0 }
        var ref = self.families.find(UInt32(number), self.stamp)
        if ref == 0 {
            let start = self.familyFields.count
            self.appendFamily(number, table)
            ref = UInt64(start) << 8 | UInt64(self.familyFields.count - start) | 1 << 63
            self.families.set(UInt32(number), ref, self.stamp)
        }
        let start = Int(ref & ~(1 << 63)) >> 8
        return start..<start + Int(ref & 0xff)
    }

    /// Appends a family's field; nothing when nothing is known of it.
    private mutating func appendFamily(_ number: UInt16, _ table: borrowing SeriesTable) {
        guard let family = table.families[number] else { return }
        let help = Int64(self.number(of: family.help))
        let unit = Int64(self.number(of: family.unit))
        let kind = Int64(family.kind.rawValue)
        let length =
            RemoteWriteMessage.numberLength(kind) + RemoteWriteMessage.numberLength(help)
            + RemoteWriteMessage.numberLength(unit)
        if length == 0 { return }
        self.familyFields.append(0x2a)
        self.familyFields.append(varint: UInt64(length))
        RemoteWriteMessage.append(number: kind, tag: 0x08, to: &self.familyFields)
        RemoteWriteMessage.append(number: help, tag: 0x18, to: &self.familyFields)
        RemoteWriteMessage.append(number: unit, tag: 0x20, to: &self.familyFields)
    }

    private mutating func number(of text: String) -> UInt32 {
        var text = text
        return text.withUTF8 { bytes in self.symbols.number(of: unsafe bytes.span) }
    }

    private mutating func append(_ exemplar: SampleExemplar, _ samples: borrowing SampleBatch) {
        self.refs.removeAll()
        let labels = samples.attachments.span.extracting(exemplar.labels)
        var offset = 0
        while offset < labels.count {
            let pair = LabelTable.nextParts(labels, &offset)
            self.refs.append(
                varint: UInt64(self.symbols.number(of: labels.extracting(pair.name)))
            )
            self.refs.append(
                varint: UInt64(self.symbols.number(of: labels.extracting(pair.value)))
            )
        }
        let length =
            RemoteWriteMessage.fieldLength(self.refs.count)
            + RemoteWriteMessage.valueLength(exemplar.bits)
            + RemoteWriteMessage.numberLength(exemplar.time)
        self.inside.append(0x22)
        self.inside.append(varint: UInt64(length))
        self.inside.append(0x0a)
        self.inside.append(varint: UInt64(self.refs.count))
        Self.copy(self.refs, to: &self.inside)
        RemoteWriteMessage.append(value: exemplar.bits, to: &self.inside)
        RemoteWriteMessage.append(number: exemplar.time, tag: 0x18, to: &self.inside)
    }
}
