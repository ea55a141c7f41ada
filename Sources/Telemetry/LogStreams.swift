/// Some of a container's outputs.
@frozen public struct LogStreams: OptionSet, Sendable, Hashable {
    /// The set as bits: one for each stream, by its number.
    public let rawValue: UInt8

    /// Takes the set from bits.
    @inlinable
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// One stream alone.
    @inlinable
    public init(_ stream: LogStream) { self.rawValue = 1 &<< stream.rawValue }

    /// Every stream, also one that is not known.
    public static let all = LogStreams(rawValue: 7)
    /// Standard output.
    public static let stdout = LogStreams(.stdout)
    /// Standard error.
    public static let stderr = LogStreams(.stderr)

    /// Whether `stream` is one of them.
    @inlinable
    public func contains(_ stream: LogStream) -> Bool { self.contains(LogStreams(stream)) }
}
