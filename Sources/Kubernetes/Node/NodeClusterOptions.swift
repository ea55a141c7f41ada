package import Config
package import Pipeline

/// Where the agent learns of this node's pods: the keys of the section `kubernetes`.
package struct NodeClusterOptions: Sendable, Hashable {
    /// Who is asked for this node's pods.
    package enum Source: String, Sendable, CaseIterable {
        /// The API where the agent runs in a cluster, the kubelet while the API refuses; else nobody.
        case auto
        /// The API server.
        case api
        /// This node's kubelet.
        case kubelet
        /// Nobody.
        case none
    }

    /// How the kubelet is asked.
    package struct Kubelet: ComponentOptions, Hashable {
        /// The kubelet, without a path.
        package var url = Self.defaultURL
        /// The time between two requests.
        package var pollInterval = Duration.seconds(10)
        /// TLS and authorization; the service account's token where there is nothing else.
        package var client = HTTPClientOptions()

        /// The kubelet's port on this node.
        package static let defaultURL = "https://127.0.0.1:10250"

        /// This node's kubelet with the defaults.
        package init() {}

        package init(from node: inout ConfigNode) throws(ConfigError) {
            self.url = node.string(
                "url",
                default: Self.defaultURL,
                "The kubelet, without a path; on loopback its certificate is not verified.",
            )
            self.pollInterval = node.duration(
                "poll_interval",
                default: .seconds(10),
                in: .seconds(1)...DurationSyntax.longest,
                "The time between two requests for the pods of this node.",
            )
            self.client = HTTPClientOptions(readingFrom: &node)
            while self.url.hasSuffix("/") { self.url.removeLast() }
        }
    }

    /// Who is asked.
    package var source = Source.auto
    /// A kubeconfig file; nil for the service account.
    package var kubeconfigFile: String?
    /// The API server's URL; nil for the one of the service account or the kubeconfig file.
    package var server: String?
    /// TLS and authorization for `server`.
    package var client = HTTPClientOptions()
    /// How the kubelet is asked.
    package var kubelet = Kubelet()
    /// The first request of each kind waits a random part of this.
    package var startJitter = Duration.seconds(10)
    /// Whether the namespaces' labels are wanted.
    package var watchesNamespaces = false

    /// The service account, if there is one.
    package init() {}

    /// Reads the keys from the section `kubernetes`.
    package init(reading node: inout ConfigNode) throws(ConfigError) {
        self.source = node.choice(
            "source",
            default: .auto,
            "Who is asked for this node's pods; auto asks the API where the agent runs in a "
                + "cluster, and the kubelet while the API refuses.",
        )
        self.kubeconfigFile = node.filePath(
            "kubeconfig_file",
            "A kubeconfig file; without one the pod's service account is used.",
        )
        self.server = node.string(
            "api_server",
            "The API server's URL, with the keys of an HTTP client beside it; the service "
                + "account's if unset.",
        )
        self.client = HTTPClientOptions(readingFrom: &node)
        self.kubelet = try node.section(
            "kubelet",
            Kubelet.self,
            "How the kubelet is asked for this node's pods.",
        )
        self.startJitter = node.duration(
            "start_jitter",
            default: .seconds(10),
            in: .zero...DurationSyntax.longest,
            "The first request of each kind waits a random part of this, so that the agents of a "
                + "large cluster don't ask at once.",
        )
        self.watchesNamespaces = node.bool(
            "namespaces",
            default: false,
            "Watches namespaces, whose labels log rules may select by.",
        )
        if self.server != nil, self.kubeconfigFile != nil {
            node.reject("api_server", expected: "not to stand beside kubeconfig_file")
        }
    }
}
