import Bytes
import Telemetry

/// Which series belong to a family, by their names.
///
/// Source: Prometheus, `scrape/scrape.go`, `isSeriesPartOfFamily`.
enum FamilyMembership {
    /// Whether a series of this name is one of the family's.
    static func holds(_ name: borrowing Span<UInt8>, of family: borrowing MetricMetadata) -> Bool {
        let bytes = family.family.utf8Span.span
        // The text format names families of counters with `_total`, OpenMetrics without.
        let isWithSuffix = family.kind == .counter || family.kind == .info
        let root =
            isWithSuffix ? bytes.extracting(first: Self.root(of: bytes, in: family.kind)) : bytes
        let start = name.extracting(first: Self.root(of: name, in: family.kind))
        return start.equals(root) && (name.count >= bytes.count)
    }

    /// How many bytes of a series' name are its family's name, if it is one of this type's.
    static func root(of name: borrowing Span<UInt8>, in kind: MetricMetadata.Kind) -> Int {
        switch kind {
        case .counter:
            return Self.cut("_total", from: name) ?? name.count
        case .histogram:
            return Self.cut("_bucket", from: name) ?? Self.cut("_sum", from: name)
                ?? Self.cut("_count", from: name) ?? name.count
        case .gaugeHistogram:
            return Self.cut("_bucket", from: name) ?? Self.cut("_gsum", from: name)
                ?? Self.cut("_gcount", from: name) ?? name.count
        case .summary:
            return Self.cut("_sum", from: name) ?? Self.cut("_count", from: name) ?? name.count
        case .info:
            return Self.cut("_info", from: name) ?? name.count
        case .unknown, .gauge, .stateset:
            return name.count
        }
    }

    /// The length of what comes before a suffix; nil if the name does not end with it.
    static func cut(_ suffix: StaticString, from name: borrowing Span<UInt8>) -> Int? {
        let length = suffix.utf8CodeUnitCount
        guard name.count >= length else { return nil }
        let start = name.count - length
        return name.extracting(droppingFirst: start).equals(suffix) ? start : nil
    }
}
