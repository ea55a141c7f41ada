import Bytes
import Codecs
package import Pipeline
package import Telemetry

/// A receiver of Prometheus's remote write, 1.0 or 2.0.
///
/// Source: Prometheus Remote-Write 1.0 and 2.0 specifications.
package struct RemoteWriteSink: MetricSink {
    private let options: RemoteWriteOptions
    /// The fields of every request, whatever its version.
    private let headers: [HTTPHeader]
    private let version: RemoteWriteVersion

    /// The most bytes of an error's text that are shown.
    package static let reasonLimit = 1024
    /// The most bytes of a body when it is rewritten: a request and one series more than its limit.
    private static let rewriteLimit = MetricQueueOptions.requestLimit * 8

    /// Makes a sink; `version` is the agent's.
    package init(_ options: RemoteWriteOptions, version: String) {
        self.options = options
        self.version = RemoteWriteVersion(options.message)
        self.headers =
            [
                HTTPHeader("Content-Encoding", "snappy"),
                HTTPHeader("User-Agent", "martlet/\(version)"),
            ] + options.client.headers + options.headers
    }

    package func makeEncoder() -> any SampleEncoder {
        RemoteWriteEncoder(self.version, filter: self.options.filter)
    }

    package func request(
        for block: SampleBlock,
        attempt: Int,
        leavingOut leftOut: inout SampleCounts,
    ) throws(SampleBlock.Unreadable) -> HTTPRequest {
        var payload = block.payload
        var format = block.format
        if format == .remoteWrite2, self.version.format == .remoteWrite1 {
            let tally: RemoteWriteTally
            (payload, tally) = try Self.rewritten(payload)
            leftOut.histograms += tally.customHistograms
            format = .remoteWrite1
        }
        var request = HTTPRequest(
            .post,
            self.options.url,
            headers: Self.versionHeaders(format) + self.headers,
            body: payload,
            timeout: self.options.timeout,
            connection: self.options.client.connection,
        )
        if attempt > 0 { request.headers.append(HTTPHeader("Retry-Attempt", "\(attempt)")) }
        return request
    }

    private static func versionHeaders(_ format: SampleBlock.Format) -> [HTTPHeader] {
        switch format {
        case .remoteWrite1:
            [
                HTTPHeader("Content-Type", "application/x-protobuf"),
                HTTPHeader("X-Prometheus-Remote-Write-Version", "0.1.0"),
            ]
        case .remoteWrite2:
            [
                HTTPHeader(
                    "Content-Type",
                    "application/x-protobuf;proto=io.prometheus.write.v2.Request",
                ),
                HTTPHeader("X-Prometheus-Remote-Write-Version", "2.0.0"),
            ]
        }
    }

    private static func rewritten(
        _ body: Payload
    ) throws(SampleBlock.Unreadable) -> (Payload, RemoteWriteTally) {
        var plain = OutputBuffer(capacity: body.bytes.count * 4)
        let payload = Payload(capacity: body.bytes.count * 2)
        do throws(Snappy.Failure) {
            try Self.inflate(body.bytes, to: &plain)
        } catch {
            throw SampleBlock.Unreadable("expected a snappy block, found \(error)")
        }
        do throws(ProtobufError) {
            var downgrade = RemoteWriteDowngrade()
            return (payload, try downgrade.append(rewriting: plain.span, to: &payload.bytes))
        } catch {
            throw SampleBlock.Unreadable(error.description)
        }
    }

    private static func inflate(
        _ bytes: borrowing OutputBuffer,
        to output: inout OutputBuffer,
    ) throws(Snappy.Failure) {
        try Snappy.append(decompressing: bytes.span, limit: Self.rewriteLimit, to: &output)
    }

    package func encode(_ metadata: ArraySlice<MetricMetadata>, into payload: Payload) -> Bool {
        // In 2.0 metadata goes with the series.
        if self.version.format == .remoteWrite2 { return false }
        var stream = SnappyStream()
        for family in metadata {
            RemoteWriteV1.append(family, to: &stream.pending)
            stream.settle()
        }
        stream.finish(into: &payload.bytes)
        return true
    }
}

// Answers.
extension RemoteWriteSink {
    package func interpret(
        _ response: HTTPResponse,
        of block: SampleBlock,
        now: Int64,
    ) -> SampleDelivery {
        let status = response.status
        let isSecond = block.format == .remoteWrite2 && self.version.format == .remoteWrite2
        let written = isSecond ? Self.written(response) : nil
        if status / 100 == 2 {
            return isSecond ? self.judge(written, of: block) : .accepted
        }
        let reason = "status \(status)\(Self.firstLine(of: response.body.bytes))"
        if status / 100 == 5 || (status == 429 && self.options.queue.retryOnHTTP429) {
            return .retry(after: RetryAfter.wait(response, now: now), reason: reason)
        }
        if status == 415, block.format == .remoteWrite2, block.content == .samples {
            // Other requests may have been under way when the first one was refused.
            self.version.fallBack()
            return .rewrite(reason: reason)
        }
        return .rejected(reason: reason, written: written ?? SampleCounts())
    }

    /// What a success means that says how much was written.
    private func judge(_ written: SampleCounts?, of block: SampleBlock) -> SampleDelivery {
        guard let written else {
            self.version.fallBack()
            return .rewrite(
                reason: "the receiver says nothing of what it has written, so it knows 1.0 only"
            )
        }
        let sent = block.counts
        if written.samples >= sent.samples, written.histograms >= sent.histograms,
            written.exemplars >= sent.exemplars
        {
            return .accepted
        }
        return .rejected(
            reason: "the receiver says it has written \(written.samples) of \(sent.samples) "
                + "samples, \(written.histograms) of \(sent.histograms) histograms and "
                + "\(written.exemplars) of \(sent.exemplars) exemplars",
            written: written,
        )
    }

    /// What the receiver says it has written; nil when it says nothing.
    private static func written(_ response: HTTPResponse) -> SampleCounts? {
        func count(_ kind: String) -> Int? {
            response.header("X-Prometheus-Remote-Write-\(kind)-Written").flatMap { Int($0) }
        }
        let samples = count("Samples")
        let histograms = count("Histograms")
        let exemplars = count("Exemplars")
        if samples == nil, histograms == nil, exemplars == nil { return nil }
        return SampleCounts(
            samples: max(samples ?? 0, 0),
            histograms: max(histograms ?? 0, 0),
            exemplars: max(exemplars ?? 0, 0),
        )
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
