import Bytes
import Codecs
package import Telemetry

/// What a remote write 2.0 receiver reads from a body; independent of the encoder and stricter than
/// most receivers.
package struct DecodedWriteRequestV2: Sendable {
    /// One `TimeSeries`.
    package struct Series: Sendable, Hashable {
        /// The labels in the order they were sent, as `name=value`.
        package var labels: [String] = []
        /// Value bits, time and start time of each sample.
        package var samples: [[UInt64]] = []
        /// The bytes of each histogram.
        package var histograms: [[UInt8]] = []
        /// Each exemplar as `labels value time`.
        package var exemplars: [String] = []
        /// The family's type, help and unit, if they were sent.
        package var metadata: MetricMetadata?
    }

    /// The symbols in order.
    package private(set) var symbols: [String] = []
    /// The series in order.
    package private(set) var series: [Series] = []
    /// What is wrong with the body; empty when nothing is.
    package private(set) var faults: [String] = []

    /// Reads a compressed body.
    package init(compressed body: [UInt8]) {
        var plain = OutputBuffer(capacity: 1024)
        do {
            try Snappy.append(decompressing: body.span, limit: 1 << 28, to: &plain)
        } catch {
            self.faults.append("not a snappy block: \(error)")
            return
        }
        self.read(plain.array)
    }

    private mutating func read(_ body: [UInt8]) {
        var reader = ProtobufReader(body[...])
        while let field = reader.next() {
            switch (field.number, field.content) {
            case (4, .bytes(let text)):
                if !self.series.isEmpty { self.faults.append("a symbol behind a series") }
                self.symbols.append(String(decoding: text, as: UTF8.self))
            case (5, .bytes(let bytes)): self.readSeries(bytes)
            default: self.faults.append("an unknown field \(field.number)")
            }
        }
        if !reader.isAtEnd { self.faults.append("malformed") }
        if self.symbols.first != "" { self.faults.append("symbol 0 is not empty") }
        if Set(self.symbols).count != self.symbols.count { self.faults.append("a symbol twice") }
    }

    private mutating func readSeries(_ bytes: ArraySlice<UInt8>) {
        var series = Series()
        var reader = ProtobufReader(bytes)
        while let field = reader.next() {
            switch (field.number, field.content) {
            case (1, .bytes(let refs)): series.labels = self.labels(refs)
            case (2, .bytes(let bytes)):
                series.samples.append(self.numbers(bytes, count: 3))
            case (3, .bytes(let bytes)): series.histograms.append(Array(bytes))
            case (4, .bytes(let bytes)): series.exemplars.append(self.exemplar(bytes))
            case (5, .bytes(let bytes)): series.metadata = self.metadata(bytes)
            default: self.faults.append("an unknown field \(field.number) of a series")
            }
        }
        if !reader.isAtEnd { self.faults.append("a malformed series") }
        let names = series.labels.map { $0.prefix { $0 != "=" } }
        if names != names.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) {
            self.faults.append("labels that are not sorted: \(names)")
        }
        if series.samples.isEmpty == series.histograms.isEmpty {
            self.faults.append("samples and histograms, or neither")
        }
        self.series.append(series)
    }

    private mutating func labels(_ refs: ArraySlice<UInt8>) -> [String] {
        var texts: [String] = []
        var value = 0
        var shift = 0
        for byte in refs {
            value |= Int(byte & 0x7f) << shift
            shift += 7
            if byte >= 0x80 { continue }
            if value < self.symbols.count {
                texts.append(self.symbols[value])
            } else {
                self.faults.append("a reference beyond the symbols")
            }
            value = 0
            shift = 0
        }
        if shift != 0 || texts.count % 2 != 0 { self.faults.append("an odd list of references") }
        return stride(from: 0, to: texts.count - 1, by: 2).map { "\(texts[$0])=\(texts[$0 + 1])" }
    }

    private mutating func numbers(_ bytes: ArraySlice<UInt8>, count: Int) -> [UInt64] {
        var numbers = [UInt64](repeating: 0, count: count)
        var reader = ProtobufReader(bytes)
        while let field = reader.next() {
            switch field.content {
            case .fixed(let number), .varint(let number): numbers[field.number - 1] = number
            case .bytes: self.faults.append("bytes where a number belongs")
            }
        }
        if !reader.isAtEnd { self.faults.append("a malformed message of numbers") }
        return numbers
    }

    private mutating func exemplar(_ bytes: ArraySlice<UInt8>) -> String {
        var labels: [String] = []
        var value = 0.0
        var time: UInt64 = 0
        var reader = ProtobufReader(bytes)
        while let field = reader.next() {
            switch (field.number, field.content) {
            case (1, .bytes(let refs)): labels = self.labels(refs)
            case (2, .fixed(let bits)): value = Double(bitPattern: bits)
            case (3, .varint(let number)): time = number
            default: self.faults.append("an unknown field \(field.number) of an exemplar")
            }
        }
        return "\(labels.joined(separator: ",")) \(value) \(time)"
    }

    private mutating func metadata(_ bytes: ArraySlice<UInt8>) -> MetricMetadata {
        let numbers = self.numbers(bytes, count: 4)
        func text(_ ref: UInt64) -> String {
            ref < UInt64(self.symbols.count) ? self.symbols[Int(ref)] : "?"
        }
        return MetricMetadata(
            family: "",
            kind: MetricMetadata.Kind(rawValue: UInt8(clamping: numbers[0])) ?? .unknown,
            help: text(numbers[2]),
            unit: text(numbers[3]),
        )
    }
}
