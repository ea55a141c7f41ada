import Bytes
import Codecs
import Config
import Logging
import Pipeline
import Telemetry
import Testing

@testable import Sinks

struct ElasticsearchSinkTests {
    static func context() -> ComponentContext {
        ComponentContext(
            nodeName: "node-1",
            stateDirectory: "/nonexistent",
            clock: SystemClock(),
            meters: Meters(),
            logger: Logger(label: "test"),
        )
    }

    /// A sink made of keys in YAML's flow style.
    static func sink(_ keys: String = "") throws -> (sink: ElasticsearchSink?, report: ConfigReport)
    {
        let text = "sink: {url: \"http://es:9200\"\(keys.isEmpty ? "" : ", \(keys)")}"
        return try Self.read(text)
    }

    static func read(_ text: String) throws -> (sink: ElasticsearchSink?, report: ConfigReport) {
        let document = try ConfigDocument.parse(text)
        let (options, report) = ConfigLoader.read(from: document) { node throws(ConfigError) in
            try node.section("sink", ElasticsearchSink.Options.self, "A sink.")
        }
        return (try options.map { try ElasticsearchSink($0, in: self.context()) }, report)
    }

    private static func template(_ sink: ElasticsearchSink) throws -> HTTPRequest {
        guard case .http(let templates) = sink.destination else {
            Issue.record("expected HTTP")
            throw HTTPFailure(.other, "not HTTP")
        }
        return try #require(templates.first)
    }

    @Test func `the defaults are those that lose and double nothing`() throws {
        let sink = try #require(try Self.sink().sink)
        let request = try Self.template(sink)
        #expect(
            request.url
                == "http://es:9200/_bulk?filter_path=errors,items.*.status,items.*.error"
        )
        #expect(request.method == .post)
        #expect(request.headers.contains(HTTPHeader("Content-Type", "application/x-ndjson")))
        #expect(sink.delivery.maxRequestBytes == 4 << 20)
        #expect(sink.delivery.flushInterval == .milliseconds(100))
    }

    @Test func `every key reaches the request`() throws {
        let sink = try #require(
            try Self.sink(
                "urls: [\"https://two:9200/base/\"], pipeline: \"a b\", timeout: 3s, "
                    + "max_request_bytes: 1MB, basic_auth: {username: u, password: p}"
            ).sink
        )
        guard case .http(let templates) = sink.destination else { return }
        #expect(templates.count == 2)
        #expect(templates[0].url.hasPrefix("https://two:9200/base/_bulk?"))
        #expect(templates[0].url.hasSuffix("&pipeline=a%20b"))
        #expect(templates[0].timeout == .seconds(3))
        #expect(templates[0].connection.authorization != .none)
    }

    @Test(arguments: [
        "sink: {}",
        "sink: {url: \"es:9200\"}",
        "sink: {url: \"http://es:9200/?x=1\"}",
        "sink: {url: \"http://es:9200\", index: Logs}",
        "sink: {url: \"http://es:9200\", index: \"logs-%{+QQ}\"}",
        "sink: {url: \"http://es:9200\", action: update}",
        "sink: {url: \"http://es:9200\", colour: red}",
    ])
    func `a bad block is refused with its place`(_ text: String) throws {
        let (sink, report) = try Self.read(text)
        #expect(sink == nil)
        #expect(report.hasErrors)
    }

    private func interpret(_ status: Int, _ body: String, items: Int = 2) throws -> Outcome {
        let sink = try #require(try Self.sink().sink)
        let response = HTTPResponse(status: status, headers: [], body: Payload(body))
        return sink.interpret(response, items: items)
    }

    @Test(arguments: [200, 201]) func `no errors is success`(_ status: Int) throws {
        let body = #"{"took":1,"errors":false,"items":[]}"#
        #expect(try self.interpret(status, body) == .accepted)
    }

    @Test func `a conflict over an id of ours is success`() throws {
        let body = #"{"errors":true,"items":[{"create":{"status":409}},{"create":{"status":201}}]}"#
        #expect(try self.interpret(200, body) == .accepted)
    }

    @Test(arguments: [429, 500, 502, 503, 403, 404]) func `an item may be taken later`(
        _ status: Int
    )
        throws
    {
        let items = #"[{"create":{"status":201}},{"create":{"status":\#(status)}}]"#
        let outcome = try self.interpret(200, #"{"errors":true,"items":\#(items)}"#)
        #expect(outcome == .partial(retry: [1], rejected: []))
    }

    @Test func `an item may be refused for good`() throws {
        let outcome = try self.interpret(
            200,
            #"""
            {"errors":true,"items":[
            {"create":{"status":400,"error":{"type":"mapper_parsing_exception","reason":"no"}}},
            {"create":{"status":429}}]}
            """#,
        )
        let item = Outcome.RejectedItem(index: 0, reason: "400 mapper_parsing_exception: no")
        #expect(outcome == .partial(retry: [1], rejected: [item]))
    }

    @Test(arguments: [
        "", "OK", "<html>", "{}", #"{"errors":true,"items":[]}"#,
        #"{"errors":true,"items":[{"create":{"status":201}}]}"#,
    ])
    func `an answer that says nothing is not believed`(_ body: String) throws {
        guard case .retry = try self.interpret(200, body) else {
            Issue.record("expected a retry")
            return
        }
    }

    @Test(arguments: [401, 403, 404, 408, 429, 500, 502, 503, 504, 301])
    func `what may pass is tried again`(_ status: Int) throws {
        guard case .retry(nil, let reason) = try self.interpret(status, "why\nnot") else {
            Issue.record("expected a retry")
            return
        }
        #expect(reason == "answered \(status): whynot")
    }

    @Test(arguments: [400, 415, 422]) func `what never passes is refused`(_ status: Int) throws {
        guard case .rejected(let reason) = try self.interpret(status, "why") else {
            Issue.record("expected a refusal")
            return
        }
        #expect(reason.contains("\(status)"))
    }

    @Test func `too large a request is split`() throws {
        guard case .split = try self.interpret(413, "") else {
            Issue.record("expected a split")
            return
        }
    }

    @Test func `a request has an action and a document for each record`() throws {
        let sink = try #require(try Self.sink("id: false").sink)
        let encoder = sink.makeEncoder()
        let request = LogRequest()
        var batch = LogBatch(capacity: 100)
        batch.input.append("hello")
        batch.table.records = [
            LogRecord(time: 0, offset: 0, start: 0, count: 5, sourceBytes: 6, stream: .unknown)
        ]
        encoder.encode(batch, segment: 0, into: request)
        let lines = request.payload.bytes.text.split(separator: "\n")
        #expect(lines.first == #"{"create":{"_index":"logs-1970.01.01"}}"#)
        #expect(lines.last?.contains(#""log":"hello""#) == true)
        #expect(request.items.count == 1)
    }
}
