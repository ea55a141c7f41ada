import Bytes
import Telemetry

/// The parts of a body that both versions of remote write have in common.
///
/// Source: `prompb/types.proto` and `prompb/io/prometheus/write/v2/types.proto`.
enum RemoteWriteMessage {
    /// The bytes of a field with a one-byte tag and `count` bytes inside.
    @inline(__always)
    static func fieldLength(_ count: Int) -> Int { 1 &+ varintLength(UInt64(count)) &+ count }

    // MARK: Sample: value 1, timestamp 2, in 2.0 start_timestamp 3

    /// The bytes inside a `Sample`; proto3 does not write zeros.
    @inline(__always)
    static func sampleLength(_ bits: UInt64, _ time: Int64, start: Int64 = 0) -> Int {
        Self.valueLength(bits) &+ 1 &+ varintLength(UInt64(bitPattern: time))
            &+ Self.numberLength(start)
    }

    /// Appends a `Sample` of that length as the field 2 of its series.
    @inline(__always)
    static func append(
        sample bits: UInt64,
        _ time: Int64,
        start: Int64 = 0,
        length: Int,
        to output: inout OutputBuffer,
    ) {
        output.append(0x12)
        output.append(varint: UInt64(length))
        if bits != 0 {
            output.append(0x09)
            output.append(littleEndian: bits)
        }
        output.append(0x10)
        output.append(varint: UInt64(bitPattern: time))
        if start != 0 { Self.append(number: start, tag: 0x18, to: &output) }
    }

    // MARK: Exemplar: value 2, timestamp 3

    /// The bytes of a value's field.
    @inline(__always)
    static func valueLength(_ bits: UInt64) -> Int { bits == 0 ? 0 : 9 }

    /// The bytes of a number's field; proto3 does not write zeros.
    @inline(__always)
    static func numberLength(_ number: Int64) -> Int {
        number == 0 ? 0 : 1 &+ varintLength(UInt64(bitPattern: number))
    }

    /// Appends an exemplar's value.
    static func append(value bits: UInt64, to output: inout OutputBuffer) {
        if bits == 0 { return }
        output.append(0x11)
        output.append(littleEndian: bits)
    }

    /// Appends a number, such as a time, under a one-byte tag.
    static func append(number: Int64, tag: UInt8, to output: inout OutputBuffer) {
        if number == 0 { return }
        output.append(tag)
        output.append(varint: UInt64(bitPattern: number))
    }

    // MARK: Histogram: timestamp 15, in 2.0 start_timestamp 17

    /// The bytes inside a `Histogram`.
    static func histogramLength(
        _ histogram: SampleHistogram,
        _ time: Int64,
        start: Int64,
    ) -> Int {
        let startLength = start == 0 ? 0 : 2 + varintLength(UInt64(bitPattern: start))
        return histogram.message.count + Self.numberLength(time) + startLength
    }

    /// Appends the inside of a `Histogram`.
    static func append(
        _ histogram: SampleHistogram,
        _ attachments: borrowing Span<UInt8>,
        _ time: Int64,
        start: Int64,
        to output: inout OutputBuffer,
    ) {
        output.append(attachments.extracting(histogram.message))
        Self.append(number: time, tag: 0x78, to: &output)
        if start != 0 {
            // The tag of field 17 takes two bytes.
            output.append(0x88)
            output.append(0x01)
            output.append(varint: UInt64(bitPattern: start))
        }
    }
}
