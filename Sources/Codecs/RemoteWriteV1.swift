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
        to stream: inout SnappyStream,
        limit: Int,
    ) -> Int {
        for index in range {
            Self.append(
                samples.series(at: index),
                of: table,
                bits: samples.bits(at: index),
                time: samples.time(at: index),
                to: &stream.pending,
            )
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
        let pairs = table.pairRange(of: series)
        var labelBytes = 0
        var place = pairs.lowerBound
        while place < pairs.upperBound {
            labelBytes &+= table.labels.range(of: table.nextPair(&place)).count
        }
        let stamp = UInt64(bitPattern: time)
        // proto3: a zero float is not written.
        let sampleBytes = (bits == 0 ? 1 : 10) &+ varintLength(stamp)
        output.append(0x0a)
        output.append(varint: UInt64(labelBytes &+ 2 &+ sampleBytes))
        let text = table.labels.encoded.span
        place = pairs.lowerBound
        while place < pairs.upperBound {
            output.append(text.extracting(table.labels.range(of: table.nextPair(&place))))
        }
        output.append(0x12)
        output.append(varint: UInt64(sampleBytes))
        if bits != 0 {
            output.append(0x09)
            output.append(littleEndian: bits)
        }
        output.append(0x10)
        output.append(varint: stamp)
    }

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
        return count == 0 ? 0 : 1 + varintLength(UInt64(count)) + count
    }

    private static func append(_ text: String, tag: UInt8, to output: inout OutputBuffer) {
        if text.isEmpty { return }
        output.append(tag)
        output.append(varint: UInt64(text.utf8.count))
        output.append(text)
    }
}
