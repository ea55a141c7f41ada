package import Config

/// `server`: where the agent answers.
package struct ServerOptions: ComponentOptions, Hashable {
    /// Where it listens without a configuration: this machine only.
    package static let defaultAddress = "127.0.0.1:9470"

    /// Addresses as `HOST:PORT`, `[IPV6]:PORT` or `unix:PATH`.
    package let listen: [String]

    package init(from node: inout ConfigNode) throws(ConfigError) {
        self.listen = node.list(
            "listen",
            of: .string(),
            default: [Self.defaultAddress],
            orSingle: true,
            "Where /metrics, the page and the API answer: HOST:PORT, [IPV6]:PORT or unix:PATH.",
        )
        if self.listen.isEmpty { node.reject("listen", expected: "at least one address") }
        node.unsupported("tls", "TLS on the agent's own port is not there yet.")
        node.unsupported("auth", "authentication on the agent's own port is not there yet.")
    }
}
