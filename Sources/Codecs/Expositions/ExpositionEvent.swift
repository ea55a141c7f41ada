package import Telemetry

/// One line of an exposition; ranges are offsets in the bytes that were parsed.
package enum ExpositionEvent: Sendable, Hashable {
    /// A sample; its labels are in the builder that was given, `__name__` included.
    case sample(series: Range<Int>, ExpositionSuffix)
    /// A family's type.
    case type(family: Range<Int>, MetricMetadata.Kind)
    /// A family's help text, still escaped.
    case help(family: Range<Int>, text: Range<Int>)
    /// Any other comment.
    case comment
    /// Nothing more follows.
    case end
    /// The bytes end inside a line; come again with more of them from the same offset.
    case incomplete
}

/// What follows the series on a sample's line.
package struct ExpositionSuffix: Sendable, Hashable {
    /// The value as the bits of a float; every NaN is the ordinary one.
    package let bits: UInt64
    /// The time in milliseconds since 1970, if the line has one.
    package let timestamp: Int64?
    /// Where the next line begins.
    package let end: Int
}
