package import Bytes
package import Telemetry

/// Writes native histograms as both versions of remote write carry them.
///
/// What is written are the fields 1 to 14 and 16 of the message `Histogram`, without tag and length:
/// times stand behind and are who sends it's. Source: Prometheus, `prompb/types.proto` and
/// `prompb/io/prometheus/write/v2/types.proto`.
package enum HistogramWriter {
    /// The value of `reset_hint` for histograms whose counts may fall.
    private static let gauge: UInt8 = 3

    /// Appends a histogram's fields.
    package static func append(
        _ histogram: borrowing NativeHistogram,
        to output: inout OutputBuffer,
    ) {
        // Count and zero count are members of a `oneof`, and are written even if they are zero.
        if histogram.isFloat {
            Self.append(double: histogram.floatCount.bitPattern, tag: 0x11, to: &output)
        } else {
            output.append(0x08)
            output.append(varint: histogram.count)
        }
        Self.appendUnlessZero(histogram.sum, tag: 0x19, to: &output)
        if histogram.schema != 0 {
            output.append(0x20)
            output.append(varint: Self.zigzag(Int64(histogram.schema)))
        }
        Self.appendUnlessZero(histogram.zeroThreshold, tag: 0x29, to: &output)
        if histogram.isFloat {
            Self.append(double: histogram.floatZeroCount.bitPattern, tag: 0x39, to: &output)
        } else {
            output.append(0x30)
            output.append(varint: histogram.zeroCount)
        }
        Self.append(histogram.negative, tags: (0x42, 0x4a, 0x52), to: &output)
        Self.append(histogram.positive, tags: (0x5a, 0x62, 0x6a), to: &output)
        if histogram.isGauge {
            output.append(0x70)
            output.append(Self.gauge)
        }
        if !histogram.customBounds.isEmpty {
            output.append(0x82)
            output.append(0x01)
            Self.append(packed: histogram.customBounds, to: &output)
        }
    }

    private static func append(
        _ buckets: borrowing NativeHistogram.Buckets,
        tags: (span: UInt8, deltas: UInt8, counts: UInt8),
        to output: inout OutputBuffer,
    ) {
        for span in buckets.spans {
            let offset = Self.zigzag(Int64(span.offset))
            let length = UInt64(span.length)
            output.append(tags.span)
            output.append(
                UInt8(
                    truncatingIfNeeded: (offset == 0 ? 0 : 1 + varintLength(offset))
                        + (length == 0 ? 0 : 1 + varintLength(length))
                )
            )
            if offset != 0 {
                output.append(0x08)
                output.append(varint: offset)
            }
            if length != 0 {
                output.append(0x10)
                output.append(varint: length)
            }
        }
        if !buckets.deltas.isEmpty {
            output.append(tags.deltas)
            var length = 0
            for delta in buckets.deltas { length += varintLength(Self.zigzag(delta)) }
            output.append(varint: UInt64(length))
            for delta in buckets.deltas { output.append(varint: Self.zigzag(delta)) }
        }
        if !buckets.counts.isEmpty {
            output.append(tags.counts)
            Self.append(packed: buckets.counts, to: &output)
        }
    }

    private static func append(packed values: [Double], to output: inout OutputBuffer) {
        output.append(varint: UInt64(values.count * 8))
        for value in values { output.append(littleEndian: value.bitPattern) }
    }

    private static func append(double bits: UInt64, tag: UInt8, to output: inout OutputBuffer) {
        output.append(tag)
        output.append(littleEndian: bits)
    }

    private static func appendUnlessZero(
        _ value: Double,
        tag: UInt8,
        to output: inout OutputBuffer,
    ) {
        if value.bitPattern != 0 { Self.append(double: value.bitPattern, tag: tag, to: &output) }
    }

    private static func zigzag(_ value: Int64) -> UInt64 {
        UInt64(bitPattern: (value << 1) ^ (value >> 63))
    }
}
