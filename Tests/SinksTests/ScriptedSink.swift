import Bytes
import Pipeline
import Sinks
import Telemetry

/// A remote write sink whose meaning of answers a test writes, by status.
struct ScriptedSink: MetricSink {
    private let inner = RemoteWriteSink(RemoteWriteOptions(url: "http://r/w"), version: "1")
    /// The blocks whose bodies can't be read, by their oldest sample.
    var unreadable: Set<Int64> = []
    let meaning: @Sendable (Int) -> SampleDelivery

    func makeEncoder() -> any SampleEncoder { self.inner.makeEncoder() }

    func request(
        for block: SampleBlock,
        attempt: Int,
        leavingOut leftOut: inout SampleCounts,
    ) throws(SampleBlock.Unreadable) -> HTTPRequest {
        if self.unreadable.contains(block.oldest) { throw SampleBlock.Unreadable("a test says so") }
        return try self.inner.request(for: block, attempt: attempt, leavingOut: &leftOut)
    }

    func interpret(
        _ response: HTTPResponse,
        of block: SampleBlock,
        now: Int64,
    ) -> SampleDelivery { self.meaning(response.status) }

    func encode(_ metadata: ArraySlice<MetricMetadata>, into payload: Payload) -> Bool { false }
}
