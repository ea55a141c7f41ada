/// What an exposition says about a family besides its samples.
public struct MetricMetadata: Sendable, Hashable {
    /// The types of families, with the numbers that remote write gives them.
    public enum Kind: UInt8, Sendable, Hashable {
        case unknown = 0
        case counter = 1
        case gauge = 2
        case histogram = 3
        case gaugeHistogram = 4
        case summary = 5
        case info = 6
        case stateset = 7
    }

    /// The family's name.
    public var family: String
    /// The family's type.
    public var kind: Kind
    /// The family's help text, unescaped.
    public var help: String
    /// The family's unit; empty when it has none.
    public var unit: String

    /// Describes a family.
    public init(family: String, kind: Kind = .unknown, help: String = "", unit: String = "") {
        self.family = family
        self.kind = kind
        self.help = help
        self.unit = unit
    }
}
