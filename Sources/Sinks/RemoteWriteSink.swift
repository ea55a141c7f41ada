import Bytes
import Codecs
package import Pipeline
package import Telemetry

/// A receiver of Prometheus's remote write 1.0.
///
/// Source: Prometheus Remote-Write 1.0 specification.
package struct RemoteWriteSink: MetricSink {
    private let options: RemoteWriteOptions
    private let headers: [HTTPHeader]

    /// The most bytes of an error's text that are shown.
    package static let reasonLimit = 1024

    /// Makes a sink; `version` is the agent's.
    package init(_ options: RemoteWriteOptions, version: String) {
        self.options = options
        self.headers =
            [
                HTTPHeader("Content-Encoding", "snappy"),
                HTTPHeader("Content-Type", "application/x-protobuf"),
                HTTPHeader("X-Prometheus-Remote-Write-Version", "0.1.0"),
                HTTPHeader("User-Agent", "martlet/\(version)"),
            ] + options.client.headers + options.headers
    }

    package func makeEncoder() -> any SampleEncoder { RemoteWriteEncoder() }

    package func request(
        for block: SampleBlock,
        attempt: Int,
    ) throws(SampleBlock.Unreadable) -> HTTPRequest {
        var request = HTTPRequest(
            .post,
            self.options.url,
            headers: self.headers,
            body: block.payload,
            timeout: self.options.timeout,
            connection: self.options.client.connection,
        )
        if attempt > 0 { request.headers.append(HTTPHeader("Retry-Attempt", "\(attempt)")) }
        return request
    }

    package func interpret(
        _ response: HTTPResponse,
        of block: SampleBlock,
        now: Int64,
    ) -> SampleDelivery {
        let status = response.status
        if status / 100 == 2 { return .accepted }
        let reason = "status \(status)\(Self.firstLine(of: response.body.bytes))"
        if status / 100 == 5 || (status == 429 && self.options.queue.retryOnHTTP429) {
            return .retry(after: RetryAfter.wait(response, now: now), reason: reason)
        }
        return .rejected(reason: reason)
    }

    package func encode(_ metadata: ArraySlice<MetricMetadata>, into payload: Payload) -> Bool {
        var stream = SnappyStream()
        for family in metadata {
            RemoteWriteV1.append(family, to: &stream.pending)
            stream.settle()
        }
        stream.finish(into: &payload.bytes)
        return true
    }

    private static func firstLine(of buffer: borrowing OutputBuffer) -> String {
        let body = buffer.span
        let limit = min(body.count, Self.reasonLimit)
        var end = body.firstOffset(of: UInt8(ascii: "\n"), to: limit) ?? limit
        while end > 0, isBlank(body[end - 1]) { end -= 1 }
        let line = body.extracting(first: end).text
        return line.isEmpty ? "" : ": \(line)"
    }
}

/// Writes `prometheus.WriteRequest`s as snappy blocks.
final class RemoteWriteEncoder: SampleEncoder {
    private var stream = SnappyStream()

    var uncompressedCount: Int { self.stream.uncompressedCount }

    func append(
        _ samples: borrowing SampleBatch,
        _ range: Range<Int>,
        of series: borrowing SeriesTable,
        limit: Int,
    ) -> (next: Int, counts: SampleCounts) {
        let next = RemoteWriteV1.append(samples, range, of: series, to: &self.stream, limit: limit)
        return (next, SampleCounts(samples: next - range.lowerBound))
    }

    func finish(into payload: Payload) -> SampleBlock.Format {
        self.stream.finish(into: &payload.bytes)
        return .remoteWrite1
    }
}

extension MetricSinkDriver {
    /// Makes the driver of a `remote_write` entry.
    package convenience init(
        remoteWrite options: RemoteWriteOptions,
        version: String,
        exchange: any HTTPExchange,
        context: ComponentContext,
    ) {
        self.init(
            RemoteWriteSink(options, version: version),
            name: options.name,
            url: options.shownURL,
            options: options.queue,
            metadataOptions: options.metadata,
            relabeling: options.relabeling,
            exchange: exchange,
            context: context,
        )
    }
}
