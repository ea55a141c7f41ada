import AgentTesting
import Config
import Pipeline
import Telemetry
import Testing

@testable import Scraping

@Suite struct DNSDiscoveryTests {
    private static func discovery(
        _ bench: DiscoveryBench,
        _ names: ScriptedNames,
        _ yaml: String,
    ) throws -> DNSDiscovery {
        let (options, report) = try DiscoveryBench.options(DNSDiscovery.Options.self, "{\(yaml)}")
        guard let options else { throw DiscoveryFailure("\(report)") }
        return DNSDiscovery(options, in: bench.context(RecordingExchange(), names))
    }

    @Test(
        arguments: [
            (
                "SRV", 33, [0, 1, 0, 2, 0x1f, 0x90] + ScriptedNames.wire("host.example"),
                [
                    "__address__": "host.example:8080", "__meta_dns_name": "n.example",
                    "__meta_dns_srv_record_target": "host.example.",
                    "__meta_dns_srv_record_port": "8080",
                ],
            ),
            (
                "a", 1, [10, 1, 2, 3],
                ["__address__": "10.1.2.3:99", "__meta_dns_name": "n.example"],
            ),
            (
                "AAAA", 28, [0x20, 1, 0xd, 0xb8] + [UInt8](repeating: 0, count: 11) + [1],
                ["__address__": "[2001:db8::1]:99", "__meta_dns_name": "n.example"],
            ),
            (
                "MX", 15, [0, 5] + ScriptedNames.wire("mail.example"),
                [
                    "__address__": "mail.example:99", "__meta_dns_name": "n.example",
                    "__meta_dns_mx_record_target": "mail.example.",
                ],
            ),
            (
                "NS", 2, ScriptedNames.wire("ns.example"),
                [
                    "__address__": "ns.example:99", "__meta_dns_name": "n.example",
                    "__meta_dns_ns_record_target": "ns.example.",
                ],
            ),
        ] as [(String, UInt16, [UInt8], LabelSet)]
    )
    func recordsBecomeTargets(
        _ type: String,
        _ number: UInt16,
        _ data: [UInt8],
        _ labels: LabelSet,
    ) async throws {
        let bench = DiscoveryBench()
        let names = ScriptedNames { _ in
            (
                0, false,
                // An alias on the way is skipped.
                [
                    ScriptedNames.record(5, ScriptedNames.wire("other.example")),
                    ScriptedNames.record(number, data),
                ],
            )
        }
        let yaml = "names: [n.example], type: \(type), port: 99, nameservers: ['10.0.0.53:5353']"
        try await bench.running(try Self.discovery(bench, names, yaml)) {
            #expect(await bench.step(.zero))
            #expect(bench.targets == [labels])
            #expect(Array(bench.groups.keys) == ["n.example"])
        }
        #expect(
            names.asked == [
                .init(NameServer("10.0.0.53", port: 5353), .datagram, "n.example.")
            ]
        )
        #expect(bench.metric("prometheus_sd_dns_lookups_total") == 1)
    }

    @Test func failingNamesKeepTheirTargets() async throws {
        let bench = DiscoveryBench()
        let names = ScriptedNames { question in
            let isFirst = bench.updateCount < 2
            if question.name == "gone.example.", !isFirst { return (3, false, []) }
            if question.name == "ill.example.", !isFirst { return (2, false, []) }
            let last: UInt8 = question.name == "ill.example." ? 1 : 2
            return (0, false, [ScriptedNames.record(1, [10, 0, 0, last])])
        }
        let yaml = """
            names: [ill.example, gone.example], type: A, port: 1, nameservers: ['1.1.1.1', '[::1]:54']
            """
        try await bench.running(try Self.discovery(bench, names, yaml)) {
            #expect(await bench.step(.zero))
            #expect(bench.addresses == ["10.0.0.1:1", "10.0.0.2:1"])
            #expect(await bench.step(.seconds(30)))
            #expect(bench.addresses == ["10.0.0.1:1"], "a name that is gone has no targets")
            #expect(bench.metric("prometheus_sd_dns_lookup_failures_total") == 1)
            #expect(bench.metric("prometheus_sd_refresh_failures_total", "dns") == 1)
        }
        // The server that failed and the next one were both asked.
        let servers = Set(names.asked.filter { $0.name == "ill.example." }.map(\.server))
        #expect(servers == [NameServer("1.1.1.1"), NameServer("::1", port: 54)])
    }

    @Test func longAnswersComeOverAConnection() async throws {
        let bench = DiscoveryBench()
        let names = ScriptedNames { question in
            let records = (0..<100).map { ScriptedNames.record(1, [10, 0, 0, UInt8($0)]) }
            return question.way == .datagram ? (0, true, []) : (0, false, records)
        }
        let yaml = "names: [n.example], type: A, port: 1, nameservers: [1.1.1.1]"
        try await bench.running(try Self.discovery(bench, names, yaml)) {
            #expect(await bench.step(.zero))
            #expect(bench.targets.count == 100)
        }
        #expect(names.asked.map(\.way) == [.datagram, .stream])
    }

    @Test(
        arguments: [
            ("{names: [a]}", true), ("{names: [a], type: a, port: 1}", true), ("{}", false),
            ("{names: [a], type: A}", false), ("{names: [a], type: TXT}", false),
            ("{names: [a], nameservers: ['1.1.1.1:x']}", false), ("{names: [a], port: 0}", false),
        ]
    )
    func optionsAreChecked(_ yaml: String, _ isRight: Bool) throws {
        let (_, report) = try DiscoveryBench.options(DNSDiscovery.Options.self, yaml)
        #expect(!report.hasErrors == isRight, "\(report)")
    }

    @Test(
        arguments: [
            ([UInt8](repeating: 0, count: 16), "::"),
            ([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 1, 2, 3, 4], "1.2.3.4"),
            ([0x20, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1], "2001:0:0:1::1"),
            ([0x20, 1, 0, 0, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1], "2001:0:1:1:1:1:1:1"),
            ([0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], "fe80::"),
        ] as [([UInt8], String)]
    )
    func addressesAreWrittenAsGoDoes(_ bytes: [UInt8], _ text: String) {
        #expect(IPAddress.text(bytes) == text)
    }
}
