import Bytes
package import Telemetry

/// Labels and exemplars, which are read only where they are needed.
extension MetricMessage {
    /// Adds the labels to a builder.
    ///
    /// Source of what is refused: Prometheus, `parseLabel`.
    package func readLabels(
        of bytes: borrowing Span<UInt8>,
        into labels: inout LabelBuilder,
    ) throws(ProtobufError) {
        try Self.readLabels(self.labels, of: bytes, into: &labels, isChecked: true)
    }

    /// Calls `body` with the bytes of each label's message.
    package func forEachLabel(
        of bytes: borrowing Span<UInt8>,
        _ body: (Range<Int>) -> Void,
    ) throws(ProtobufError) {
        var reader = ProtobufReader(self.labels)
        while try reader.next(in: bytes) {
            if reader.field == 1 {
                body(try reader.message(in: bytes))
            } else {
                try reader.skip(in: bytes)
            }
        }
    }

    /// Reads an `Exemplar`, its labels into a builder; the time is nil where it has none.
    package static func readExemplar(
        _ range: Range<Int>,
        of bytes: borrowing Span<UInt8>,
        into labels: inout LabelBuilder,
    ) throws(ProtobufError) -> (bits: UInt64, time: Int64?) {
        var bits: UInt64 = 0
        var time: Int64?
        var reader = ProtobufReader(range)
        while try reader.next(in: bytes) {
            switch reader.field {
            case 2: bits = scrapedBits(try reader.double(in: bytes))
            case 3: time = try Self.milliseconds(try reader.message(in: bytes), bytes)
            default: try reader.skip(in: bytes)
            }
        }
        labels.removeAll()
        try Self.readLabels(range, of: bytes, into: &labels, isChecked: false)
        return (bits, time)
    }

    /// The time of an `Exemplar` in milliseconds since 1970; nil where it has none.
    package static func time(
        ofExemplar range: Range<Int>,
        _ bytes: borrowing Span<UInt8>,
    ) throws(ProtobufError) -> Int64? {
        var reader = ProtobufReader(range)
        var time: Int64?
        while try reader.next(in: bytes) {
            if reader.field == 3 {
                time = try Self.milliseconds(try reader.message(in: bytes), bytes)
            } else {
                try reader.skip(in: bytes)
            }
        }
        return time
    }

    /// Adds the labels in field 1 of a message to a builder.
    private static func readLabels(
        _ range: Range<Int>,
        of bytes: borrowing Span<UInt8>,
        into labels: inout LabelBuilder,
        isChecked: Bool,
    ) throws(ProtobufError) {
        var reader = ProtobufReader(range)
        while try reader.next(in: bytes) {
            if reader.field != 1 {
                try reader.skip(in: bytes)
                continue
            }
            var name = 0..<0
            var value = 0..<0
            var pair = ProtobufReader(try reader.message(in: bytes))
            while try pair.next(in: bytes) {
                switch pair.field {
                case 1: name = try pair.message(in: bytes)
                case 2: value = try pair.message(in: bytes)
                default: try pair.skip(in: bytes)
                }
            }
            let nameBytes = bytes.extracting(name)
            let valueBytes = bytes.extracting(value)
            if isChecked, name.isEmpty || !nameBytes.isValidUTF8 || !valueBytes.isValidUTF8 {
                throw ProtobufError(
                    at: reader.start,
                    expected: "a label with a name, both in UTF-8",
                    found: name.isEmpty ? "no name" : "bytes that are none",
                )
            }
            labels.add(nameBytes, valueBytes)
        }
    }
}
