/// A piece of a batch's bytes.
@frozen public struct LogText: Sendable, Hashable {
    /// Which of the batch's buffers it lies in.
    @frozen public enum Place: UInt8, Sendable {
        /// The bytes as they were read.
        case input
        /// The bytes that were put together or made from others.
        case derived
    }

    /// Where it starts.
    public var start: UInt32
    /// Its length in bytes.
    public var count: UInt32
    /// Which buffer it lies in.
    public var place: Place

    /// Points at bytes.
    @inlinable
    public init(_ place: Place, _ range: Range<Int>) {
        self.start = UInt32(truncatingIfNeeded: range.lowerBound)
        self.count = UInt32(truncatingIfNeeded: range.count)
        self.place = place
    }

    /// Where it lies in its buffer.
    @inlinable
    public var range: Range<Int> {
        let start = Int(self.start)
        return start..<start &+ Int(self.count)
    }

    /// A part of it, counted from its own start.
    @inlinable
    public func part(_ range: Range<Int>) -> LogText {
        let start = Int(self.start)
        return LogText(self.place, start &+ range.lowerBound..<start &+ range.upperBound)
    }
}
