import Bytes
import Codecs
package import Telemetry

/// What a remote write 1.0 receiver reads from a body; independent of the encoder.
package struct DecodedWriteRequest: Sendable {
    /// One sample with its series.
    package struct Sample: Sendable, Hashable {
        /// The labels in the order they were sent, as `name=value`.
        package var labels: [String] = []
        /// The value as the bits of a float.
        package var bits: UInt64 = 0
        /// Milliseconds since 1970.
        package var time: Int64 = 0

        /// The value.
        package var value: Double { Double(bitPattern: self.bits) }

        /// The series as text: `name{a="1",b="2"}` without the quotes.
        package var series: String {
            let name = self.labels.first { $0.hasPrefix("__name__=") }?.dropFirst(9) ?? ""
            let rest = self.labels.filter { !$0.hasPrefix("__name__=") }
            return rest.isEmpty ? String(name) : "\(name){\(rest.joined(separator: ","))}"
        }
    }

    /// The samples in the order they were sent.
    package private(set) var samples: [Sample] = []
    /// The families.
    package private(set) var metadata: [MetricMetadata] = []

    /// Reads a compressed body; nil if it is malformed.
    package init?(compressed body: [UInt8]) {
        var plain = OutputBuffer(capacity: 1024)
        do {
            try Snappy.append(decompressing: body.span, limit: 1 << 28, to: &plain)
        } catch {
            return nil
        }
        guard self.read(plain.array) else { return nil }
    }

    /// Reads a body that is not compressed; nil if it is malformed.
    package init?(plain body: [UInt8]) {
        guard self.read(body) else { return nil }
    }

    private mutating func read(_ body: [UInt8]) -> Bool {
        var reader = ProtobufReader(body[...])
        while let field = reader.next() {
            switch (field.number, field.content) {
            case (1, .bytes(let bytes)):
                guard self.readSeries(bytes) else { return false }
            case (3, .bytes(let bytes)):
                guard self.readMetadata(bytes) else { return false }
            default:
                return false
            }
        }
        return reader.isAtEnd
    }

    private mutating func readSeries(_ bytes: ArraySlice<UInt8>) -> Bool {
        var sample = Sample()
        var reader = ProtobufReader(bytes)
        while let field = reader.next() {
            switch (field.number, field.content) {
            case (1, .bytes(let bytes)):
                guard let label = Self.label(bytes) else { return false }
                sample.labels.append(label)
            case (2, .bytes(let bytes)):
                sample.bits = 0
                sample.time = 0
                var inner = ProtobufReader(bytes)
                while let field = inner.next() {
                    switch (field.number, field.content) {
                    case (1, .fixed(let bits)): sample.bits = bits
                    case (2, .varint(let time)): sample.time = Int64(bitPattern: time)
                    default: return false
                    }
                }
                guard inner.isAtEnd else { return false }
                self.samples.append(sample)
            default:
                return false
            }
        }
        return reader.isAtEnd
    }

    private static func label(_ bytes: ArraySlice<UInt8>) -> String? {
        var name = ""
        var value = ""
        var reader = ProtobufReader(bytes)
        while let field = reader.next() {
            switch (field.number, field.content) {
            case (1, .bytes(let text)): name = String(decoding: text, as: UTF8.self)
            case (2, .bytes(let text)): value = String(decoding: text, as: UTF8.self)
            default: return nil
            }
        }
        return reader.isAtEnd ? "\(name)=\(value)" : nil
    }

    private mutating func readMetadata(_ bytes: ArraySlice<UInt8>) -> Bool {
        var family = MetricMetadata(family: "")
        var reader = ProtobufReader(bytes)
        while let field = reader.next() {
            switch (field.number, field.content) {
            case (1, .varint(let kind)):
                guard let kind = MetricMetadata.Kind(rawValue: UInt8(clamping: kind)) else {
                    return false
                }
                family.kind = kind
            case (2, .bytes(let text)): family.family = String(decoding: text, as: UTF8.self)
            case (4, .bytes(let text)): family.help = String(decoding: text, as: UTF8.self)
            case (5, .bytes(let text)): family.unit = String(decoding: text, as: UTF8.self)
            default: return false
            }
        }
        self.metadata.append(family)
        return reader.isAtEnd
    }
}

/// Reads the fields of a protobuf message.
struct ProtobufReader {
    enum Content {
        case varint(UInt64)
        case fixed(UInt64)
        case bytes(ArraySlice<UInt8>)
    }

    private var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { self.rest = bytes }

    /// Whether everything was read; false after malformed input.
    var isAtEnd: Bool { self.rest.isEmpty }

    /// The next field; nil at the end and at malformed input.
    mutating func next() -> (number: Int, content: Content)? {
        let before = self.rest
        guard let tag = self.varint() else { return nil }
        let number = Int(tag >> 3)
        switch tag & 7 {
        case 0:
            if let value = self.varint() { return (number, .varint(value)) }
        case 1:
            if self.rest.count >= 8 {
                let bytes = self.rest.prefix(8)
                self.rest = self.rest.dropFirst(8)
                return (number, .fixed(bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }))
            }
        case 2:
            if let length = self.varint(), length <= UInt64(self.rest.count) {
                let bytes = self.rest.prefix(Int(length))
                self.rest = self.rest.dropFirst(Int(length))
                return (number, .bytes(bytes))
            }
        default:
            break
        }
        self.rest = before
        return nil
    }

    private mutating func varint() -> UInt64? {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        var rest = self.rest
        while let byte = rest.popFirst(), shift < 64 {
            value |= UInt64(byte & 0x7f) << shift
            if byte < 0x80 {
                self.rest = rest
                return value
            }
            shift += 7
        }
        return nil
    }
}
