import Bytes
package import Telemetry

/// A destination of samples: how requests to it are written, and what its answers mean.
///
/// The driver owns blocks, queue, order, retry, deadlines and self-metrics.
package protocol MetricSink: Sendable {
    /// Makes what writes the bodies of requests; the driver keeps one for each lane and reuses it.
    func makeEncoder() -> any SampleEncoder

    /// The request that delivers a block; `attempt` is 0 the first time.
    func request(for block: SampleBlock, attempt: Int) -> HTTPRequest

    /// What an answer means for the block that was sent; `now` is seconds since 1970.
    func interpret(_ response: HTTPResponse, now: Int64) -> SampleDelivery

    /// Appends one request's worth of metadata to `payload`; false when the destination takes none.
    func encode(_ metadata: ArraySlice<MetricMetadata>, into payload: Payload) -> Bool
}

/// Writes the body of one request after the other.
package protocol SampleEncoder: AnyObject {
    /// The bytes of the body so far, before compression.
    var uncompressedCount: Int { get }

    /// Appends samples from `range`, and stops early when the body has `limit` bytes.
    ///
    /// - Returns: The place of the first sample that was not appended.
    func append(
        _ samples: borrowing SampleBatch,
        _ range: Range<Int>,
        of series: borrowing SeriesTable,
        limit: Int,
    ) -> Int

    /// Appends the finished body to an empty payload and begins the next one.
    func finish(into payload: Payload)
}

/// What a destination made of a block.
package enum SampleDelivery: Sendable, Equatable {
    /// Everything was taken.
    case accepted
    /// Send the same again, not before `after` if it is said.
    case retry(after: Duration?, reason: String)
    /// It will never be taken.
    case rejected(reason: String)
}

/// A finished request body with what the queue has to know about it.
package struct SampleBlock: Sendable {
    /// What the body holds.
    package enum Content: Sendable, Hashable {
        case samples
        case metadata
    }

    /// What the body holds.
    package let content: Content
    /// The body.
    package let payload: Payload
    /// The number of samples, or of families.
    package let count: Int
    /// The newest sample's time in milliseconds since 1970.
    package let newest: Int64
    /// Blocks of one lane are sent in order, one at a time.
    package let lane: Int
    /// Rises from block to block.
    package let number: UInt64

    /// Describes a block; see the properties.
    package init(
        content: Content,
        payload: Payload,
        count: Int,
        newest: Int64,
        lane: Int,
        number: UInt64,
    ) {
        self.content = content
        self.payload = payload
        self.count = count
        self.newest = newest
        self.lane = lane
        self.number = number
    }

    /// The bytes of the body.
    package var byteCount: Int { self.payload.bytes.count }
}
