package import Bytes
import Telemetry

/// Rewrites a remote write 2.0 body as one of 1.0, for receivers that turn out to know that only.
///
/// Metadata and start times are left out (1.0 sends metadata in requests of its own), and so are
/// native histograms with bounds of their own.
package struct RemoteWriteDowngrade: ~Copyable {
    private var symbols: [Range<Int>] = []
    private var inside = OutputBuffer(capacity: 512)
    private var exemplar = OutputBuffer(capacity: 128)
    private var stream = SnappyStream()

    /// Schema -53, in zigzag: bounds of its own.
    private static let customSchema: UInt64 = 105

    /// Makes a rewriter, which can be used again.
    package init() {}

    /// Rewrites an uncompressed body and appends the new one, compressed, to `output`.
    package mutating func append(
        rewriting body: borrowing Span<UInt8>,
        to output: inout OutputBuffer,
    ) throws(ProtobufError) -> RemoteWriteTally {
        self.stream.removeAll()
        try self.readSymbols(body)
        var tally = RemoteWriteTally()
        var reader = ProtobufReader(0..<body.count)
        while try reader.next(in: body) {
            if reader.field == 5 {
                try self.rewrite(try reader.message(in: body), body, &tally)
            } else {
                try reader.skip(in: body)
            }
        }
        self.stream.finish(into: &output)
        return tally
    }

    private mutating func readSymbols(_ body: borrowing Span<UInt8>) throws(ProtobufError) {
        self.symbols.removeAll(keepingCapacity: true)
        var reader = ProtobufReader(0..<body.count)
        while try reader.next(in: body) {
            if reader.field == 4 {
                self.symbols.append(try reader.message(in: body))
            } else {
                try reader.skip(in: body)
            }
        }
    }

    // MARK: Series: labels_refs 1, samples 2, histograms 3, exemplars 4

    private mutating func rewrite(
        _ series: Range<Int>,
        _ body: borrowing Span<UInt8>,
        _ tally: inout RemoteWriteTally,
    ) throws(ProtobufError) {
        self.inside.removeAll()
        var counts = RemoteWriteTally()
        // In the order of 1.0's own encoder, whatever the order they came in.
        for wanted in [1, 2, 4, 3] {
            var reader = ProtobufReader(series)
            while try reader.next(in: body) {
                switch (reader.field, wanted) {
                case (1, 1):
                    try Self.appendLabels(&reader, body, self.symbols, to: &self.inside)
                case (2, 2): try self.appendSample(try reader.message(in: body), body, &counts)
                case (3, 3): try self.appendHistogram(try reader.message(in: body), body, &counts)
                case (4, 4): try self.appendExemplar(try reader.message(in: body), body, &counts)
                default: try reader.skip(in: body)
                }
            }
        }
        tally.customHistograms += counts.customHistograms
        // Without a sample the series has nothing to say.
        if counts.samples + counts.histograms == 0 { return }
        tally.samples += counts.samples
        tally.histograms += counts.histograms
        tally.exemplars += counts.exemplars
        self.stream.pending.append(0x0a)
        self.stream.pending.append(varint: UInt64(self.inside.count))
        Self.copy(self.inside, to: &self.stream.pending)
        self.stream.settle()
    }

    /// Appends the labels that a list of references stands for.
    private static func appendLabels(
        _ reader: inout ProtobufReader,
        _ body: borrowing Span<UInt8>,
        _ symbols: [Range<Int>],
        to output: inout OutputBuffer,
    ) throws(ProtobufError) {
        let start = reader.offset
        var refs = ProtobufReader(try reader.message(in: body))
        while refs.offset < refs.end {
            let name = try refs.varint(in: body)
            let value = try refs.varint(in: body)
            guard max(name, value) < UInt64(symbols.count) else {
                throw ProtobufError(
                    at: start,
                    expected: "references below \(symbols.count)",
                    found: "\(max(name, value))",
                )
            }
            LabelTable.append(
                body.extracting(symbols[Int(name)]),
                body.extracting(symbols[Int(value)]),
                to: &output,
            )
        }
    }

    private mutating func appendSample(
        _ sample: Range<Int>,
        _ body: borrowing Span<UInt8>,
        _ counts: inout RemoteWriteTally,
    ) throws(ProtobufError) {
        var bits: UInt64 = 0
        var time: Int64 = 0
        var reader = ProtobufReader(sample)
        while try reader.next(in: body) {
            switch reader.field {
            case 1: bits = try reader.double(in: body)
            case 2: time = Int64(bitPattern: try reader.number(in: body))
            default: try reader.skip(in: body)
            }
        }
        let length = RemoteWriteMessage.sampleLength(bits, time)
        RemoteWriteMessage.append(sample: bits, time, length: length, to: &self.inside)
        counts.samples += 1
    }

    private mutating func appendExemplar(
        _ message: Range<Int>,
        _ body: borrowing Span<UInt8>,
        _ counts: inout RemoteWriteTally,
    ) throws(ProtobufError) {
        var bits: UInt64 = 0
        var time: Int64 = 0
        self.exemplar.removeAll()
        var reader = ProtobufReader(message)
        while try reader.next(in: body) {
            switch reader.field {
            case 1: try Self.appendLabels(&reader, body, self.symbols, to: &self.exemplar)
            case 2: bits = try reader.double(in: body)
            case 3: time = Int64(bitPattern: try reader.number(in: body))
            default: try reader.skip(in: body)
            }
        }
        RemoteWriteMessage.append(value: bits, to: &self.exemplar)
        RemoteWriteMessage.append(number: time, tag: 0x18, to: &self.exemplar)
        self.inside.append(0x1a)
        self.inside.append(varint: UInt64(self.exemplar.count))
        Self.copy(self.exemplar, to: &self.inside)
        counts.exemplars += 1
    }

    /// Copies a histogram but for its start time (field 17).
    private mutating func appendHistogram(
        _ message: Range<Int>,
        _ body: borrowing Span<UInt8>,
        _ counts: inout RemoteWriteTally,
    ) throws(ProtobufError) {
        var left = message.count
        var reader = ProtobufReader(message)
        while try reader.next(in: body) {
            if reader.field == 4, try reader.number(in: body) == Self.customSchema {
                counts.customHistograms += 1
                return
            }
            if reader.field != 4 { try reader.skip(in: body) }
            if reader.field == 17 { left -= reader.offset - reader.start }
        }
        self.inside.append(0x22)
        self.inside.append(varint: UInt64(left))
        reader = ProtobufReader(message)
        while try reader.next(in: body) {
            try reader.skip(in: body)
            if reader.field == 17 { continue }
            self.inside.append(body.extracting(reader.start..<reader.offset))
        }
        counts.histograms += 1
    }

    private static func copy(_ bytes: borrowing OutputBuffer, to output: inout OutputBuffer) {
        output.append(bytes.span)
    }
}
