package import Codecs
package import Config
package import Pipeline

/// One entry of `remote_write`, key for key as Prometheus has it.
package struct RemoteWriteOptions: ComponentOptions, Hashable {
    /// The messages of the protocol, by the names that `protobuf_message` uses.
    package enum Message: String, Sendable, CaseIterable {
        case first = "prometheus.WriteRequest"
        case second = "io.prometheus.write.v2.Request"
    }

    /// Where samples are sent.
    package var url: String
    /// The name in logs and metrics; made of the URL when it is not given.
    package var name: String
    /// The time for one request.
    package var timeout = Duration.seconds(30)
    /// Header fields to add to each request.
    package var headers: [HTTPHeader] = []
    /// What happens to labels on the way to this receiver.
    package var relabeling = Relabeling()
    /// Bounds and pace.
    package var queue = MetricQueueOptions()
    /// The message that is sent, as long as the receiver takes it.
    package var message = Message.first
    /// Whether exemplars and native histograms are sent.
    package var filter = RemoteWriteFilter()
    /// Whether and how often metadata is sent.
    package var metadata = MetricMetadataOptions()
    /// TLS, proxy and authorization.
    package var client = HTTPClientOptions()

    /// Fields that the protocol or the driver writes.
    static let reservedHeaders: Set<String> = [
        "authorization", "host", "content-encoding", "content-length", "content-type",
        "user-agent", "connection", "keep-alive", "proxy-authenticate", "proxy-authorization",
        "www-authenticate", "accept-encoding", "x-prometheus-remote-write-version",
        "x-prometheus-remote-read-version", "x-amz-date", "x-amz-security-token",
        "x-amz-content-sha256",
    ]

    /// A receiver with Prometheus's defaults.
    package init(url: String, name: String = "") {
        self.url = url
        self.name = name.isEmpty ? ShownURL.withoutScheme(url) : name
    }

    /// Reads one entry.
    package init(from node: inout ConfigNode) throws(ConfigError) {
        let url = node.requiredString("url", "Where samples are sent.")
        self.init(
            url: url,
            name: node.string("name", default: "", "The name in logs and metrics."),
        )
        if !url.isEmpty, !url.hasPrefix("http://"), !url.hasPrefix("https://") {
            node.reject("url", expected: "an http or https URL")
        }
        self.timeout = node.duration(
            "remote_timeout",
            default: self.timeout,
            in: .milliseconds(10) ... .seconds(3600),
            "The time for one request.",
        )
        self.headers = node.stringMap("headers", "Header fields to add to each request.").map {
            if Self.reservedHeaders.contains($0.name.lowercased()) {
                node.reject(
                    "headers",
                    because: "expected no field that is set already, found \($0.name)",
                    remedy: "remove it; authorization has keys of its own",
                )
            }
            return HTTPHeader($0.name, $0.value)
        }
        self.relabeling = Relabeling(
            node.sections(
                "write_relabel_configs",
                RelabelRule.self,
                "Rewrites or drops series on the way to this receiver.",
            )
        )
        self.queue = try node.section(
            "queue_config",
            MetricQueueOptions.self,
            "Bounds and pace of what waits to be sent.",
        )
        self.metadata = try node.section(
            "metadata_config",
            MetricMetadataOptions.self,
            "How types and help texts are sent.",
        )
        self.client = HTTPClientOptions(readingFrom: &node, enableHTTP2: false, signing: true)
        self.client.connection.roundRobinDNS = node.bool(
            "round_robin_dns",
            default: false,
            "New connections go to any of the receiver's addresses.",
        )
        self.readMessage(&node)
        Self.readUnsupported(&node)
    }

    private mutating func readMessage(_ node: inout ConfigNode) {
        self.message = node.choice(
            "protobuf_message",
            default: self.message,
            "The message that is sent: remote write 1.0, or 2.0 as long as the receiver takes it.",
        )
        self.filter.exemplars = node.bool("send_exemplars", default: false, "Sends exemplars.")
        self.filter.histograms = node.bool(
            "send_native_histograms",
            default: false,
            "Sends native histograms; without it they are counted as dropped.",
        )
    }

    private static func readUnsupported(_ node: inout ConfigNode) {
        node.unsupported("azuread", "Azure's tokens are not fetched yet; use authorization.")
        node.unsupported("google_iam", "Google's tokens are not fetched yet; use authorization.")
    }

    /// The URL without what may be secret in it.
    package var shownURL: String { ShownURL.of(self.url) }
}
