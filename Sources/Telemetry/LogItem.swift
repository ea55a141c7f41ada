/// The smallest part of a request that can be sent again, or refused, by itself.
///
/// Items lie in the request's body one after the other; cutting some of them out leaves a request.
@frozen public struct LogItem: Sendable, Hashable {
    /// Where the item ends in the request's body.
    public var end: UInt32
    /// How many records it carries.
    public var records: UInt32
    /// Bytes of files that its records take.
    public var sourceBytes: UInt32
    /// Which of the request's segments it belongs to.
    public var segment: UInt32

    /// Describes an item.
    @inlinable
    public init(end: Int, records: Int, sourceBytes: UInt32, segment: Int) {
        self.end = UInt32(truncatingIfNeeded: end)
        self.records = UInt32(truncatingIfNeeded: records)
        self.sourceBytes = sourceBytes
        self.segment = UInt32(truncatingIfNeeded: segment)
    }
}
