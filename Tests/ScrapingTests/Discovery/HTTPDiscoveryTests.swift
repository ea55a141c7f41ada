import AgentTesting
import Config
import Pipeline
import Telemetry
import Testing

@testable import Scraping

@Suite struct HTTPDiscoveryTests {
    private static let json = [HTTPHeader("Content-Type", "application/json; charset=utf-8")]

    private static func discovery(
        _ bench: DiscoveryBench,
        _ exchange: RecordingExchange,
    ) throws -> HTTPDiscovery {
        let (options, report) = try DiscoveryBench.options(
            HTTPDiscovery.Options.self,
            "{url: 'http://sd:80/t?x=1', refresh_interval: 90s, basic_auth: {username: u, password: p}}",
        )
        guard let options else { throw DiscoveryFailure("\(report)") }
        return HTTPDiscovery(options, in: bench.context(exchange))
    }

    @Test func asksAsPrometheusDoes() async throws {
        let bench = DiscoveryBench()
        let exchange = RecordingExchange([
            .response(
                status: 200,
                headers: Self.json,
                body: #"[{"targets":["a:1"],"labels":{"z":"1"}},{"targets":["b:1"]}]"#,
            ),
            .response(status: 200, headers: Self.json, body: #"[{"targets":["c:1"]}]"#),
        ])
        try await bench.running(try Self.discovery(bench, exchange)) {
            #expect(await bench.step(.zero))
            #expect(
                bench.targets == [
                    ["__address__": "a:1", "__meta_url": "http://sd:80/t?x=1", "z": "1"],
                    ["__address__": "b:1", "__meta_url": "http://sd:80/t?x=1"],
                ]
            )
            #expect(
                Set(bench.groups.keys) == ["http://sd:80/t?x=1:0", "http://sd:80/t?x=1:1"]
            )
            #expect(await bench.step(.seconds(90)))
            #expect(bench.addresses == ["c:1"], "the second group is gone")
        }
        let request = try #require(exchange.sent.first?.request)
        #expect(request.url == "http://sd:80/t?x=1" && request.timeout == .seconds(90))
        #expect(request.headers.contains(HTTPHeader("Accept", "application/json")))
        #expect(
            request.headers.contains(HTTPHeader("X-Prometheus-Refresh-Interval-Seconds", "90"))
        )
        #expect(
            request.connection.authorization
                == .basic(username: .literal("u"), password: .literal("p"))
        )
        #expect(bench.metric("prometheus_sd_refresh_duration_seconds_count", "http") == 2)
    }

    @Test(
        arguments: [
            .response(status: 500), .response(status: 200, body: "[]"),
            .response(
                status: 200,
                headers: [HTTPHeader("Content-Type", "text/plain")],
                body: "[]",
            ),
            .response(status: 200, headers: json, body: "{"),
            .failure(HTTPFailure(.connect, "no")),
            .failure(HTTPFailure(.tooLarge, "more")),
        ] as [RecordingExchange.Answer]
    )
    func failuresKeepWhatWasFound(_ answer: RecordingExchange.Answer) async throws {
        let bench = DiscoveryBench()
        let exchange = RecordingExchange([
            .response(status: 200, headers: Self.json, body: #"[{"targets":["a:1"]}]"#), answer,
            .response(status: 200, headers: Self.json, body: "[]"),
        ])
        try await bench.running(try Self.discovery(bench, exchange)) {
            #expect(await bench.step(.zero))
            #expect(await bench.step(.seconds(90)))
            #expect(bench.addresses == ["a:1"])
            #expect(bench.metric("prometheus_sd_http_failures_total") == 1)
            #expect(bench.metric("prometheus_sd_refresh_failures_total", "http") == 1)
            #expect(await bench.step(.seconds(90)))
            #expect(bench.addresses.isEmpty)
        }
    }

    @Test(
        arguments: [
            ("application/json", true), ("Application/JSON; charset=UTF-8", true),
            ("application/json;charset=\"utf-8\"", true),
            ("application/json; charset=latin1", false),
            ("text/json", false), ("", false), ("application/jsonx", false), (nil, false),
        ] as [(String?, Bool)]
    )
    func typesAreChecked(_ type: String?, _ isRight: Bool) {
        #expect(HTTPDiscovery.isJSON(type) == isRight)
    }

    @Test(arguments: [
        "{}", "{url: 'ftp://x'}", "{url: 'http://'}", "{url: x}", "{url: 'http:///p'}",
    ])
    func addressesAreChecked(_ yaml: String) throws {
        #expect(try DiscoveryBench.options(HTTPDiscovery.Options.self, yaml).report.hasErrors)
    }
}
