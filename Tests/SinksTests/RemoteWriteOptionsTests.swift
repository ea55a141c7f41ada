import Codecs
import Config
import Pipeline
import Testing

@testable import Sinks

@Suite struct RemoteWriteOptionsTests {
    private static func read(
        _ yaml: String
    ) throws -> (value: RemoteWriteOptions?, report: ConfigReport) {
        ConfigLoader.read(RemoteWriteOptions.self, from: try ConfigDocument.parse(yaml))
    }

    @Test func readsWhatPrometheusReads() throws {
        let (options, report) = try Self.read(
            """
            url: https://user:pass@mimir.example/api/v1/push?x=y
            remote_timeout: 10s
            headers: {X-Scope-OrgID: tenant}
            name: mimir
            write_relabel_configs:
              - {source_labels: [__name__], regex: go_.*, action: drop}
            queue_config:
              max_shards: 10
              min_shards: 2
              max_samples_per_send: 500
              batch_send_deadline: 2s
              min_backoff: 10ms
              max_backoff: 1s
              retry_on_http_429: false
              sample_age_limit: 1h
            metadata_config: {send: false, send_interval: 2m, max_samples_per_send: 9}
            authorization: {credentials_file: /token}
            tls_config: {ca_file: /ca}
            proxy_url: http://p
            """
        )
        #expect(report.isEmpty, "\(report)")
        let found = try #require(options)
        #expect(found.name == "mimir" && found.timeout == .seconds(10))
        #expect(found.queue.minShards == 2 && found.queue.maxSamplesPerSend == 500)
        #expect(found.queue.sampleAgeLimit == .seconds(3600) && !found.queue.retryOnHTTP429)
        #expect(!found.metadata.send && found.metadata.maxSamplesPerSend == 9)
        #expect(
            found.client.connection.authorization
                == .token(type: "Bearer", credentials: .file("/token"))
        )
        #expect(found.relabeling.rules.count == 1)
        #expect(!found.client.connection.enableHTTP2, "as in Prometheus")
    }

    @Test func signsForAWS() throws {
        let (options, report) = try Self.read(
            "{url: 'https://x', sigv4: {region: eu-west-1, access_key: a, secret_key: s},"
                + " round_robin_dns: true}"
        )
        #expect(report.isEmpty, "\(report)")
        #expect(options?.client.connection.roundRobinDNS == true)
        let keys = SigV4Options.Keys.fixed(
            accessKey: "a",
            secretKey: .literal("s"),
            sessionToken: nil,
        )
        let expected = SigV4Options(region: "eu-west-1", keys: keys)
        #expect(options?.client.connection.authorization == .sigv4(expected))
    }

    @Test func aNameIsMadeOfTheURLWithoutItsSecrets() throws {
        let (options, _) = try Self.read("url: https://user:p@ss@host:9090/push?token=x#y")
        #expect(options?.name == "host:9090/push")
        #expect(ShownURL.of("https://u:p@h/x?y") == "https://h/x")
        #expect(ShownURL.of("nonsense") == "nonsense")
    }

    @Test(
        arguments: [
            ("{}", "url"), ("url: ftp://x", "http or https"),
            ("{url: 'http://x', headers: {Authorization: y}}", "Authorization"),
            ("{url: 'http://x', queue_config: {min_backoff: 1m}}", "min_backoff"),
            ("{url: 'http://x', queue_config: {max_shards: 1, min_shards: 2}}", "min_shards"),
            ("{url: 'http://x', protobuf_message: z}", "prometheus.WriteRequest"),
            ("{url: 'http://x', bearer_token: t, sigv4: {region: r}}", "bearer_token and sigv4"),
            ("{url: 'http://x', sigv4: {region: r, role_arn: a}}", "role_arn"),
            ("{url: 'http://x', write_relabel_config: []}", "write_relabel_configs"),
        ]
    )
    func refuses(_ yaml: String, _ word: String) throws {
        let (options, report) = try Self.read(yaml)
        #expect(options == nil)
        #expect(report.errors.contains { $0.description.contains(word) }, "\(report)")
    }

    @Test func readsWhatIsSent() throws {
        let (options, report) = try Self.read(
            """
            url: http://x
            protobuf_message: io.prometheus.write.v2.Request
            send_exemplars: true
            send_native_histograms: true
            """
        )
        #expect(report.problems.isEmpty)
        #expect(options?.message == .second)
        #expect(options?.filter == RemoteWriteFilter(exemplars: true, histograms: true))
    }

    @Test(
        arguments: [
            ("{url: 'http://x', queue_config: {capacity: 10000}}", "capacity"),
            ("{url: 'http://x', azuread: {cloud: x}}", "azuread"),
            ("{url: 'http://x', google_iam: {}}", "google_iam"),
        ]
    )
    func whatIsNotHonouredIsNamed(_ yaml: String, _ word: String) throws {
        let (options, report) = try Self.read(yaml)
        #expect(options != nil)
        #expect(report.warnings.contains { $0.description.contains(word) }, "\(report)")
    }
}
