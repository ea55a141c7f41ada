package import Bytes
package import Telemetry

/// Writes the body of remote write 1.0: a protobuf `prometheus.WriteRequest`.
///
/// Source: Prometheus Remote-Write 1.0 specification; `prompb/types.proto`.
package enum RemoteWriteV1 {
    /// Appends samples from `range`, and stops early when the body has `limit` bytes.
    ///
    /// - Returns: The place of the first sample that was not appended.
    package static func append(
        _ samples: borrowing SampleBatch,
        _ range: Range<Int>,
        of table: borrowing SeriesTable,
        filter: RemoteWriteFilter = RemoteWriteFilter(),
        to stream: inout SnappyStream,
        limit: Int,
        counting tally: inout RemoteWriteTally,
    ) -> Int {
        let isPlain = samples.isPlain
        var cursor = SampleAttachmentCursor()
        for index in range {
            if isPlain {
                Self.append(
                    samples.series(at: index),
                    of: table,
                    bits: samples.bits(at: index),
                    time: samples.time(at: index),
                    to: &stream.pending,
                )
                tally.samples &+= 1
            } else {
                Self.append(
                    index,
                    of: samples,
                    table,
                    filter,
                    &cursor,
                    to: &stream.pending,
                    &tally,
                )
            }
            if stream.pending.count >= Snappy.fragment {
                stream.settle()
                if stream.uncompressedCount >= limit { return index + 1 }
            }
        }
        return range.upperBound
    }

    /// Appends one `TimeSeries` with one sample.
    ///
    /// - Parameters:
    ///   - series: A series of `table`.
    ///   - table: The target's series.
    ///   - bits: The value as the bits of a float.
    ///   - time: Milliseconds since 1970.
    ///   - output: Where the message goes.
    package static func append(
        _ series: UInt32,
        of table: borrowing SeriesTable,
        bits: UInt64,
        time: Int64,
        to output: inout OutputBuffer,
    ) {
        let length = RemoteWriteMessage.sampleLength(bits, time)
        Self.append(labelsOf: series, table, beforeBytes: length + 2, to: &output)
        RemoteWriteMessage.append(sample: bits, time, length: length, to: &output)
    }

    /// Appends one `TimeSeries` with whatever the sample has.
    private static func append(
        _ index: Int,
        of samples: borrowing SampleBatch,
        _ table: borrowing SeriesTable,
        _ filter: RemoteWriteFilter,
        _ cursor: inout SampleAttachmentCursor,
        to output: inout OutputBuffer,
        _ tally: inout RemoteWriteTally,
    ) {
        let histogram = cursor.histogram(of: index, in: samples)
        var exemplars = cursor.exemplars(of: index, in: samples)
        if !filter.exemplars { exemplars = 0..<0 }
        if let histogram {
            if histogram.isCustom {
                tally.customHistograms += 1
                return
            }
            if !filter.histograms {
                tally.unwantedHistograms += 1
                return
            }
        }
        let time = samples.time(at: index)
        let bits = samples.bits(at: index)
        var length = exemplars.reduce(0) {
            $0 + RemoteWriteMessage.fieldLength(Self.length(of: samples.exemplars[$1]))
        }
        var valueLength = 0
        if let histogram {
            valueLength = RemoteWriteMessage.histogramLength(histogram, time, start: 0)
        } else {
            valueLength = RemoteWriteMessage.sampleLength(bits, time)
        }
        length += RemoteWriteMessage.fieldLength(valueLength)
        Self.append(labelsOf: samples.series(at: index), table, beforeBytes: length, to: &output)
        if histogram == nil {
            RemoteWriteMessage.append(sample: bits, time, length: valueLength, to: &output)
            tally.samples += 1
        }
        for place in exemplars {
            Self.append(samples.exemplars[place], samples.attachments.span, to: &output)
            tally.exemplars += 1
        }
        if let histogram {
            output.append(0x22)
            output.append(varint: UInt64(valueLength))
            RemoteWriteMessage.append(
                histogram,
                samples.attachments.span,
                time,
                start: 0,
                to: &output,
            )
            tally.histograms += 1
        }
    }

    /// Appends the head of a `TimeSeries` and its labels; `beforeBytes` more are to follow.
    private static func append(
        labelsOf series: UInt32,
        _ table: borrowing SeriesTable,
        beforeBytes: Int,
        to output: inout OutputBuffer,
    ) {
        let pairs = table.pairRange(of: series)
        var labelBytes = 0
        var place = pairs.lowerBound
        while place < pairs.upperBound {
            labelBytes &+= table.labels.range(of: table.nextPair(&place)).count
        }
        output.append(0x0a)
        output.append(varint: UInt64(labelBytes &+ beforeBytes))
        let text = table.labels.encoded.span
        place = pairs.lowerBound
        while place < pairs.upperBound {
            output.append(text.extracting(table.labels.range(of: table.nextPair(&place))))
        }
    }

    private static func length(of exemplar: SampleExemplar) -> Int {
        exemplar.labels.count + RemoteWriteMessage.valueLength(exemplar.bits)
            + RemoteWriteMessage.numberLength(exemplar.time)
    }

    private static func append(
        _ exemplar: SampleExemplar,
        _ attachments: borrowing Span<UInt8>,
        to output: inout OutputBuffer,
    ) {
        output.append(0x1a)
        output.append(varint: UInt64(Self.length(of: exemplar)))
        // A pair as the table keeps it is the very message that an exemplar's label is.
        output.append(attachments.extracting(exemplar.labels))
        RemoteWriteMessage.append(value: exemplar.bits, to: &output)
        RemoteWriteMessage.append(number: exemplar.time, tag: 0x18, to: &output)
    }
}

extension RemoteWriteV1 {
    /// Appends one `MetricMetadata`.
    package static func append(_ metadata: MetricMetadata, to output: inout OutputBuffer) {
        let length =
            (metadata.kind == .unknown ? 0 : 2) + Self.fieldLength(metadata.family)
            + Self.fieldLength(metadata.help) + Self.fieldLength(metadata.unit)
        output.append(0x1a)
        output.append(varint: UInt64(length))
        if metadata.kind != .unknown {
            output.append(0x08)
            output.append(metadata.kind.rawValue)
        }
        Self.append(metadata.family, tag: 0x12, to: &output)
        Self.append(metadata.help, tag: 0x22, to: &output)
        Self.append(metadata.unit, tag: 0x2a, to: &output)
    }

    private static func fieldLength(_ text: String) -> Int {
        let count = text.utf8.count
        return count == 0 ? 0 : RemoteWriteMessage.fieldLength(count)
    }

    private static func append(_ text: String, tag: UInt8, to output: inout OutputBuffer) {
        if text.isEmpty { return }
        output.append(tag)
        output.append(varint: UInt64(text.utf8.count))
        output.append(text)
    }
}
