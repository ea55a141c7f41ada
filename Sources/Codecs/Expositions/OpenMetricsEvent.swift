package import Telemetry

/// One line of an OpenMetrics exposition; ranges are offsets in the bytes that were parsed.
package enum OpenMetricsEvent: Sendable, Hashable {
    /// A sample; its labels are in the builder that was given, `__name__` included.
    case sample(series: Range<Int>, OpenMetricsSuffix)
    /// A family's type.
    case type(family: Range<Int>, MetricMetadata.Kind)
    /// A family's help text, still escaped.
    case help(family: Range<Int>, text: Range<Int>)
    /// A family's unit; empty for none.
    case unit(family: Range<Int>, text: Range<Int>)
    /// `# EOF`.
    case end
}

/// What follows the series on a sample's line.
package struct OpenMetricsSuffix: Sendable, Hashable {
    /// The value as the bits of a float; every NaN is the ordinary one.
    package let bits: UInt64
    /// The time in milliseconds since 1970, if the line has one.
    package let timestamp: Int64?
    /// Whether an exemplar follows, for `OpenMetricsParser.exemplar` to read.
    package let hasExemplar: Bool
    /// Where the next line begins, or behind the exemplar's opening brace.
    package let end: Int
}

/// What follows the labels of an exemplar.
package struct OpenMetricsExemplar: Sendable, Hashable {
    /// The value as the bits of a float; every NaN is the ordinary one.
    package let bits: UInt64
    /// The time in milliseconds since 1970, if it has one.
    package let timestamp: Int64?
    /// Where the next line begins.
    package let end: Int
}
