import AgentTesting
import Bytes
import Pipeline
import Sinks
import Telemetry
import Testing

@Suite struct RemoteWriteSinkTests {
    private static func options() -> RemoteWriteOptions { RemoteWriteOptions(url: "http://r/w") }

    private static func response(
        _ status: Int,
        _ body: String = "",
        _ headers: [HTTPHeader] = [],
    ) -> HTTPResponse {
        HTTPResponse(status: status, headers: headers, body: Payload(body))
    }

    private static func block() -> SampleBlock {
        SampleBlock(
            content: .samples,
            format: .remoteWrite1,
            payload: Payload("body"),
            counts: SampleCounts(samples: 1),
            oldest: 0,
            newest: 0,
            targets: 0,
            number: 0,
        )
    }

    @Test(
        arguments: [
            (200, true, false), (202, true, false), (204, true, false), (301, false, false),
            (400, false, false), (401, false, false), (403, false, false), (404, false, false),
            (409, false, false), (413, false, false), (415, false, false), (422, false, false),
            (429, false, true), (500, false, true), (501, false, true), (502, false, true),
            (503, false, true), (504, false, true), (599, false, true), (999, false, false),
        ]
    )
    func statusesMean(_ status: Int, _ isAccepted: Bool, _ isRetried: Bool) {
        let sink = RemoteWriteSink(Self.options(), version: "1")
        switch sink.interpret(Self.response(status), of: Self.block(), now: 0) {
        case .accepted: #expect(isAccepted)
        case .retry(let after, _):
            #expect(isRetried)
            #expect(after == nil)
        case .rejected, .rewrite: #expect(!isAccepted && !isRetried)
        }
    }

    @Test func tooManyRequestsCanBeDropped() {
        var options = Self.options()
        options.queue.retryOnHTTP429 = false
        let sink = RemoteWriteSink(options, version: "1")
        let delivery = sink.interpret(
            Self.response(429, "slow down"),
            of: Self.block(),
            now: 0,
        )
        #expect(delivery == .rejected(reason: "status 429: slow down"))
    }

    @Test func theReceiversWordsAreKeptShort() {
        let sink = RemoteWriteSink(Self.options(), version: "1")
        let wait = [HTTPHeader("retry-after", "7")]
        #expect(
            sink.interpret(
                Self.response(503, "first line\r\nsecond", wait),
                of: Self.block(),
                now: 0,
            ) == .retry(after: .seconds(7), reason: "status 503: first line")
        )
        let long = String(repeating: "x", count: 1 << 20)
        let refusal = sink.interpret(Self.response(400, long), of: Self.block(), now: 0)
        guard case .rejected(let reason, _) = refusal else {
            Issue.record("expected a refusal")
            return
        }
        #expect(reason.utf8.count < 1100)
    }

    @Test func requestsCarryWhatTheProtocolWants() throws {
        var options = Self.options()
        options.headers = [HTTPHeader("X-Scope-OrgID", "tenant")]
        let sink = RemoteWriteSink(options, version: "1.2.3")
        let block = Self.block()
        var leftOut = SampleCounts()
        let request = try sink.request(for: block, attempt: 0, leavingOut: &leftOut)
        var fields: [String: String] = [:]
        for header in request.headers { fields[header.name] = header.value }
        #expect(
            fields == [
                "Content-Encoding": "snappy", "Content-Type": "application/x-protobuf",
                "X-Prometheus-Remote-Write-Version": "0.1.0", "User-Agent": "martlet/1.2.3",
                "X-Scope-OrgID": "tenant",
            ]
        )
        #expect(request.method == .post && request.timeout == .seconds(30))
        let retried = try sink.request(for: block, attempt: 3, leavingOut: &leftOut)
        #expect(retried.headers.last == HTTPHeader("Retry-Attempt", "3"))
    }

    @Test func metadataIsOneRequest() throws {
        let sink = RemoteWriteSink(Self.options(), version: "1")
        let families = (0..<3000).map {
            MetricMetadata(family: "f\($0)", kind: .counter, help: "Help of \($0).")
        }
        let payload = Payload()
        #expect(sink.encode(families[...], into: payload))
        let decoded = try #require(DecodedWriteRequest(compressed: payload.bytes.array))
        #expect(decoded.metadata == families)
    }
}
