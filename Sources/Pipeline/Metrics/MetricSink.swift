import Bytes
package import Telemetry

/// A destination of samples: how requests to it are written, and what its answers mean.
///
/// The driver owns blocks, queue, order, retry, deadlines and self-metrics.
package protocol MetricSink: Sendable {
    /// Makes what writes the bodies of requests; the driver keeps it and reuses it.
    func makeEncoder() -> any SampleEncoder

    /// The request that delivers a block; `attempt` is 0 the first time.
    ///
    /// A block may have been written by an earlier process, or before the sink has learnt that the
    /// destination takes another format: the sink rewrites it then, and adds to `leftOut` what that
    /// format can't carry.
    ///
    /// - Throws: When the block can't be read: it is given up and counted.
    func request(
        for block: SampleBlock,
        attempt: Int,
        leavingOut leftOut: inout SampleCounts,
    ) throws(SampleBlock.Unreadable) -> HTTPRequest

    /// What an answer means for the block that was sent; `now` is seconds since 1970.
    func interpret(_ response: HTTPResponse, of block: SampleBlock, now: Int64) -> SampleDelivery

    /// Appends one request's worth of metadata to `payload`; false when the destination takes none.
    func encode(_ metadata: ArraySlice<MetricMetadata>, into payload: Payload) -> Bool
}

/// Writes the body of one request after the other.
package protocol SampleEncoder: AnyObject {
    /// The bytes of the body so far, before compression.
    var uncompressedCount: Int { get }

    /// Appends samples from `range`, and stops early when the body has `limit` bytes.
    ///
    /// - Returns: The place of the first sample that was not appended, and what was.
    func append(
        _ samples: borrowing SampleBatch,
        _ range: Range<Int>,
        of series: borrowing SeriesTable,
        limit: Int,
    ) -> (next: Int, counts: SampleCounts)

    /// Appends the finished body to an empty payload, begins the next one, and says in which format
    /// the finished one is.
    func finish(into payload: Payload) -> SampleBlock.Format
}

/// What a destination made of a block.
package enum SampleDelivery: Sendable, Equatable {
    /// Everything was taken.
    case accepted
    /// Send the same again, not before `after` if it is said.
    case retry(after: Duration?, reason: String)
    /// Send the same again at once: the sink writes it differently now.
    case rewrite(reason: String)
    /// What is not in `written` will never be taken.
    case rejected(reason: String, written: SampleCounts = SampleCounts())
}

/// How much of what a request holds.
package struct SampleCounts: Sendable, Hashable {
    /// Samples that are plain numbers.
    package var samples = 0
    /// Native histograms.
    package var histograms = 0
    /// Exemplars.
    package var exemplars = 0
    /// Native histograms that the format can't carry, which are left out and not in `histograms`.
    package var droppedHistograms = 0
    /// Native histograms that the configuration leaves out (`send_native_histograms: false`).
    package var unwantedHistograms = 0

    /// Counts given; none by default.
    package init(samples: Int = 0, histograms: Int = 0, exemplars: Int = 0) {
        self.samples = samples
        self.histograms = histograms
        self.exemplars = exemplars
    }

    /// Samples and histograms, which the bounds of requests and queues count.
    package var total: Int { self.samples + self.histograms }

    /// Adds what another request holds.
    package mutating func add(_ other: SampleCounts) {
        self.samples += other.samples
        self.histograms += other.histograms
        self.exemplars += other.exemplars
        self.droppedHistograms += other.droppedHistograms
        self.unwantedHistograms += other.unwantedHistograms
    }
}

/// A finished request body with what the queue has to know about it.
package struct SampleBlock: Sendable {
    /// What the body holds.
    package enum Content: Sendable, Hashable {
        case samples
        case metadata
    }

    /// How the body is written; the numbers are on disks and never change their meaning.
    package enum Format: UInt8, Sendable, CaseIterable {
        case remoteWrite1 = 1
        case remoteWrite2 = 2
    }

    /// The block's body is damaged.
    package struct Unreadable: Error, Sendable {
        /// What was expected and what was found.
        package let reason: String

        /// Says what is wrong.
        package init(_ reason: String) { self.reason = reason }
    }

    /// What the body holds.
    package let content: Content
    /// How the body is written.
    package let format: Format
    /// The body.
    package let payload: Payload
    /// How much of what it holds; for metadata `samples` counts families.
    package let counts: SampleCounts
    /// The oldest sample's time in milliseconds since 1970.
    package let oldest: Int64
    /// The newest sample's time in milliseconds since 1970.
    package let newest: Int64
    /// One bit for each target whose samples it holds, by a hash: blocks that share a bit are sent
    /// one after the other in the order of their numbers, others at the same time.
    package let targets: UInt64
    /// Rises from block to block.
    package let number: UInt64

    /// Describes a block; see the properties.
    package init(
        content: Content,
        format: Format,
        payload: Payload,
        counts: SampleCounts,
        oldest: Int64,
        newest: Int64,
        targets: UInt64,
        number: UInt64,
    ) {
        self.content = content
        self.format = format
        self.payload = payload
        self.counts = counts
        self.oldest = oldest
        self.newest = newest
        self.targets = targets
        self.number = number
    }

    /// The samples, histograms among them.
    package var count: Int { self.counts.total }

    /// The bytes of the body.
    package var byteCount: Int { self.payload.bytes.count }
}
