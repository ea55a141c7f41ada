import AgentTesting
import Bytes
import Pipeline
import Telemetry
import Testing

@testable import Sinks

/// Which version a receiver is sent, and what its answers to 2.0 mean.
@Suite struct RemoteWriteVersionTests {
    private static func sink() -> RemoteWriteSink {
        var options = RemoteWriteOptions(url: "http://receiver/write", name: "r")
        options.message = .second
        return RemoteWriteSink(options, version: "1")
    }

    /// A block of one scrape with `count` samples, as the sink's own encoder makes it.
    private static func block(_ sink: RemoteWriteSink, count: Int) throws -> SampleBlock {
        var table = SeriesTable(source: 0, generation: 0, hash: KeyedHash())
        var batch = SampleBatch()
        batch.reset(timestamp: 1000)
        for number in 0..<count {
            var builder = LabelBuilder()
            builder.add(["__name__": "m", "n": "\(number)"])
            let series = try #require(table.insert(builder)?.series)
            batch.append(series: series, bits: Double(number).bitPattern)
        }
        let encoder = sink.makeEncoder()
        let (_, counts) = encoder.append(batch, 0..<count, of: table, limit: 1 << 20)
        let payload = Payload()
        return SampleBlock(
            content: .samples,
            format: encoder.finish(into: payload),
            payload: payload,
            counts: counts,
            oldest: 1000,
            newest: 1000,
            targets: 1,
            number: 0,
        )
    }

    private static func response(
        _ status: Int,
        samples: Int? = nil,
        body: String = "",
    ) -> HTTPResponse {
        let fields = samples.map {
            [HTTPHeader("X-Prometheus-Remote-Write-Samples-Written", "\($0)")]
        }
        return HTTPResponse(status: status, headers: fields ?? [], body: Payload(body))
    }

    private static func field(_ name: String, of request: HTTPRequest) -> String? {
        request.headers.first { $0.name == name }?.value
    }

    @Test func theSecondVersionSaysSo() throws {
        let sink = Self.sink()
        let block = try Self.block(sink, count: 3)
        var leftOut = SampleCounts()
        #expect(block.format == .remoteWrite2)
        let request = try sink.request(for: block, attempt: 0, leavingOut: &leftOut)
        #expect(
            Self.field("Content-Type", of: request)
                == "application/x-protobuf;proto=io.prometheus.write.v2.Request"
        )
        #expect(Self.field("X-Prometheus-Remote-Write-Version", of: request) == "2.0.0")
        let body = try #require(request.body).bytes.array
        #expect(DecodedWriteRequestV2(compressed: body).faults == [])
    }

    @Test func whatWasWrittenIsBelieved() throws {
        let sink = Self.sink()
        let block = try Self.block(sink, count: 3)
        let all = sink.interpret(Self.response(204, samples: 3), of: block, now: 0)
        #expect(all == .accepted)
        let some = sink.interpret(Self.response(200, samples: 2), of: block, now: 0)
        guard case .rejected(let reason, let written) = some else {
            Issue.record("expected a refusal, found \(some)")
            return
        }
        #expect(reason.contains("2 of 3") && written.samples == 2)
        let partial = sink.interpret(
            Self.response(400, samples: 1, body: "bad"),
            of: block,
            now: 0,
        )
        #expect(
            partial == .rejected(reason: "status 400: bad", written: SampleCounts(samples: 1))
        )
        let busy = sink.interpret(Self.response(503, samples: 1), of: block, now: 0)
        #expect(busy == .retry(after: nil, reason: "status 503"))
        // None of this is a reason to leave 2.0.
        #expect(try Self.block(sink, count: 1).format == .remoteWrite2)
    }

    @Test(arguments: [415, 204, 200])
    func aReceiverOfTheFirstVersionIsSentThatAndNothingElse(_ status: Int) throws {
        let sink = Self.sink()
        let block = try Self.block(sink, count: 5)
        var leftOut = SampleCounts()
        let delivery = sink.interpret(Self.response(status), of: block, now: 0)
        guard case .rewrite = delivery else {
            Issue.record("expected another try, found \(delivery)")
            return
        }
        let again = try sink.request(for: block, attempt: 1, leavingOut: &leftOut)
        #expect(Self.field("X-Prometheus-Remote-Write-Version", of: again) == "0.1.0")
        #expect(Self.field("Content-Type", of: again) == "application/x-protobuf")
        let body = try #require(again.body).bytes.array
        let request = try #require(DecodedWriteRequest(compressed: body))
        #expect(request.samples.map(\.value) == [0, 1, 2, 3, 4])
        // The same block once more, now in 1.0: silence is a success.
        #expect(sink.interpret(Self.response(204), of: block, now: 0) == .accepted)
        #expect(try Self.block(sink, count: 1).format == .remoteWrite1)
    }

    @Test func aDamagedBlockIsNotSent() throws {
        let sink = Self.sink()
        let block = try Self.block(sink, count: 5)
        _ = sink.interpret(Self.response(415), of: block, now: 0)
        block.payload.bytes.truncate(to: 10)
        #expect(throws: SampleBlock.Unreadable.self) {
            var leftOut = SampleCounts()
            _ =
                try sink.request(for: block, attempt: 1, leavingOut: &leftOut)
        }
    }
}
