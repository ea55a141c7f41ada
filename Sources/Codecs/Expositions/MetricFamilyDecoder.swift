import Bytes
package import Telemetry

/// One piece of a stream of metric families; ranges are offsets in the bytes that were decoded.
package enum MetricFamilyEvent: Sendable, Hashable {
    /// A family with at least one metric begins.
    case family(MetricFamilyHeader)
    /// A `Metric` message of the family that began last.
    case metric(Range<Int>)
    /// The help text of the family that began last, which stood behind metrics.
    case help(Range<Int>)
    /// The unit of the family that began last, which stands behind metrics as a rule.
    case unit(Range<Int>)
    /// Nothing more follows.
    case end
    /// The bytes end inside something; come again with more of them from the same offset.
    case incomplete
}

/// What a family says before its metrics.
package struct MetricFamilyHeader: Sendable, Hashable {
    /// Where the name is.
    package var name: Range<Int> = 0..<0
    /// Where the help text is.
    package var help: Range<Int> = 0..<0
    /// Where the unit is.
    package var unit: Range<Int> = 0..<0
    /// The family's type.
    package var type = MetricFamilyType.counter
}

/// The types of families, with the numbers that the protobuf exposition gives them.
package enum MetricFamilyType: UInt64, Sendable {
    case counter = 0
    case gauge = 1
    case summary = 2
    case untyped = 3
    case histogram = 4
    case gaugeHistogram = 5

    /// The type's name in the data model.
    package var kind: MetricMetadata.Kind {
        switch self {
        case .counter: .counter
        case .gauge: .gauge
        case .summary: .summary
        case .untyped: .unknown
        case .histogram: .histogram
        case .gaugeHistogram: .gaugeHistogram
        }
    }
}

/// Takes apart a stream of `io.prometheus.client.MetricFamily` messages, each behind its length.
///
/// Families are handed out metric by metric, so that no more than one metric has to be in memory.
/// Name and type stand before the metrics in what every library writes; where they do not, the whole
/// family is waited for. Source: Prometheus, `io/prometheus/client/metrics.proto`.
package struct MetricFamilyDecoder: Sendable {
    /// The most bytes of one `Metric`, and of a family whose name or type stands behind its metrics.
    package static let messageLimit = 16 << 20

    /// The field numbers of `MetricFamily`.
    private enum Field {
        static let name = 1
        static let help = 2
        static let type = 3
        static let metric = 4
        static let unit = 5
    }

    private enum Header {
        case found(MetricFamilyHeader)
        /// The family has no metric and is passed over.
        case none
        case incomplete
    }

    /// Bytes of the present family that are still to come; nil between families.
    private var rest: Int?
    /// Whether what comes next are the family's metrics.
    private var isHeaderRead = false
    /// Whether the header was gathered from the whole family.
    private var isHeaderOutOfPlace = false
    /// Whether nothing can be said before the whole family is there.
    private var isWholeWanted = false

    /// Begins at the beginning of a stream.
    package init() {}

    /// Takes the next piece from `offset` on, and moves `offset` behind it.
    ///
    /// `isComplete` says that the stream ends where the bytes end.
    package mutating func next(
        _ bytes: borrowing Span<UInt8>,
        from offset: inout Int,
        isComplete: Bool,
    ) throws(ProtobufError) -> MetricFamilyEvent {
        while true {
            if self.rest == nil {
                if offset == bytes.count { return isComplete ? .end : .incomplete }
                guard try self.begin(bytes, &offset, isComplete) else { return .incomplete }
            }
            guard let rest = self.rest else { continue }
            if isComplete, rest > bytes.count - offset {
                throw ProtobufError(
                    at: offset,
                    expected: "\(rest) bytes more of a MetricFamily",
                    found: "\(bytes.count - offset) until the end of the body",
                )
            }
            if !self.isHeaderRead {
                switch try self.header(bytes, &offset) {
                case .found(let header): return .family(header)
                case .none: continue
                case .incomplete: return .incomplete
                }
            }
            if rest == 0 {
                self.rest = nil
                continue
            }
            if let event = try self.field(bytes, &offset) { return event }
        }
    }

    /// Reads the length that a family begins with; false if it is not all there.
    private mutating func begin(
        _ bytes: borrowing Span<UInt8>,
        _ offset: inout Int,
        _ isComplete: Bool,
    ) throws(ProtobufError) -> Bool {
        // As Prometheus: a length of more than five bytes is none.
        var reader = ProtobufReader(offset..<min(bytes.count, offset + 5))
        let length: UInt64
        do throws(ProtobufError) {
            length = try reader.varint(in: bytes)
        } catch {
            if !isComplete, bytes.count - offset < 5 { return false }
            throw ProtobufError(
                at: offset,
                expected: "the length of a MetricFamily",
                found: bytes.count - offset < 5 ? "the end of the body" : "no number of 5 bytes",
            )
        }
        offset = reader.offset
        self.rest = Int(length)
        self.isHeaderRead = false
        self.isWholeWanted = false
        return true
    }

    /// Reads what a family says before its metrics, or anywhere if it is not before them.
    private mutating func header(
        _ bytes: borrowing Span<UInt8>,
        _ offset: inout Int,
    ) throws(ProtobufError) -> Header {
        let rest = self.rest ?? 0
        let available = min(rest, bytes.count - offset)
        if self.isWholeWanted, available < rest { return .incomplete }
        var header = MetricFamilyHeader()
        var hasName = false
        var hasType = false
        var firstMetric: Int?
        var reader = ProtobufReader(offset..<offset + available)
        do throws(ProtobufError) {
            while try reader.next(in: bytes) {
                switch reader.field {
                case Field.name:
                    header.name = try reader.message(in: bytes)
                    hasName = true
                case Field.help: header.help = try reader.message(in: bytes)
                case Field.unit: header.unit = try reader.message(in: bytes)
                case Field.type:
                    header.type = try Self.type(&reader, bytes)
                    hasType = true
                case Field.metric:
                    if hasName, hasType, firstMetric == nil {
                        self.enter(reader.start, &offset, isOutOfPlace: false)
                        return .found(header)
                    }
                    firstMetric = firstMetric ?? reader.start
                    self.isWholeWanted = true
                    if rest > Self.messageLimit { throw Self.outOfPlace(at: reader.start) }
                    _ = try reader.message(in: bytes)
                default: try reader.skip(in: bytes)
                }
            }
        } catch {
            if available == rest || rest > Self.messageLimit && self.isWholeWanted { throw error }
        }
        if available < rest {
            if available > Self.messageLimit { throw Self.outOfPlace(at: offset) }
            return .incomplete
        }
        guard let firstMetric else {
            offset += rest
            self.rest = nil
            return .none
        }
        self.enter(firstMetric, &offset, isOutOfPlace: true)
        return .found(header)
    }

    private static func outOfPlace(at offset: Int) -> ProtobufError {
        ProtobufError(
            at: offset,
            expected: "name and type of a large MetricFamily before its metrics",
            found: "a metric or \(Self.messageLimit) bytes before them",
        )
    }

    private mutating func enter(_ metric: Int, _ offset: inout Int, isOutOfPlace: Bool) {
        self.rest = (self.rest ?? 0) - (metric - offset)
        offset = metric
        self.isHeaderRead = true
        self.isHeaderOutOfPlace = isOutOfPlace
    }

    private static func type(
        _ reader: inout ProtobufReader,
        _ bytes: borrowing Span<UInt8>,
    ) throws(ProtobufError) -> MetricFamilyType {
        let start = reader.start
        let raw = try reader.number(in: bytes)
        if let type = MetricFamilyType(rawValue: raw) { return type }
        throw ProtobufError(at: start, expected: "a MetricType from 0 to 5", found: "\(raw)")
    }

    /// Takes one field from the first metric on; nil if it is nothing to tell of.
    private mutating func field(
        _ bytes: borrowing Span<UInt8>,
        _ offset: inout Int,
    ) throws(ProtobufError) -> MetricFamilyEvent? {
        let rest = self.rest ?? 0
        let available = min(rest, bytes.count - offset)
        if available == 0 { return .incomplete }
        var reader = ProtobufReader(offset..<offset + available)
        var event: MetricFamilyEvent?
        do throws(ProtobufError) {
            _ = try reader.next(in: bytes)
            switch reader.field {
            case Field.metric: event = .metric(try reader.message(in: bytes))
            case Field.help where !self.isHeaderOutOfPlace:
                event = .help(try reader.message(in: bytes))
            case Field.unit where !self.isHeaderOutOfPlace:
                event = .unit(try reader.message(in: bytes))
            default: try reader.skip(in: bytes)
            }
        } catch {
            if available == rest { throw error }
            if available > Self.messageLimit {
                throw ProtobufError(
                    at: offset,
                    expected: "fields of a MetricFamily of at most \(Self.messageLimit) bytes",
                    found: "more",
                )
            }
            return .incomplete
        }
        self.rest = rest - (reader.offset - offset)
        offset = reader.offset
        return event
    }
}
