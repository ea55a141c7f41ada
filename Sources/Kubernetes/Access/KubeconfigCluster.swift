import Bytes
import Config
import Pipeline

/// Where a kubeconfig's cluster is, and whom to trust there.
struct KubeconfigCluster {
    let server: String
    private let ca: ConfigSecret?
    private let serverName: String?
    private let insecureSkipVerify: Bool
    private let proxy: String?

    init(_ node: inout ConfigNode) {
        var server = node.rawString("server", default: "", "The API server's URL.")
        while server.hasSuffix("/") { server.removeLast() }
        if !server.hasPrefix("https://"), !server.hasPrefix("http://") {
            node.reject("server", expected: "a URL that starts with https:// or http://")
        }
        self.server = server
        self.ca = KubeconfigPEM.secret("certificate-authority", &node)
        let name = node.rawString("tls-server-name", default: "", "The name to verify.")
        self.serverName = name.isEmpty ? nil : name
        self.insecureSkipVerify = node.bool(
            "insecure-skip-tls-verify",
            default: false,
            "Accepts any certificate.",
        )
        self.proxy = node.hiddenString("proxy-url", isRaw: true, "The proxy on the way.")
        if let proxy, !HTTPProxy.schemes.contains(where: { proxy.hasPrefix("\($0)://") }) {
            let schemes = HTTPProxy.schemes.joined(separator: ", ")
            node.reject("proxy-url", expected: "a URL with a scheme of \(schemes)")
        }
    }

    /// Puts the cluster's part into the settings of a connection.
    func apply(to connection: inout HTTPConnectionSettings) {
        connection.tls.ca = self.insecureSkipVerify ? nil : self.ca
        connection.tls.serverName = self.serverName
        connection.tls.insecureSkipVerify = self.insecureSkipVerify
        connection.proxy = self.proxy.map { HTTPProxy($0) }
    }
}

/// A certificate or key of a kubeconfig: in base64 as `NAME-data`, or the file that `NAME` is.
enum KubeconfigPEM {
    /// Reads one; the data count when both are there, as in client-go.
    static func secret(_ key: String, _ node: inout ConfigNode) -> ConfigSecret? {
        let data = node.hiddenString("\(key)-data", isRaw: true, "The PEM text in base64.")
        let file = node.filePath(key, "The file of the PEM text.")
        guard let data else { return file.map { .file($0) } }
        guard let bytes = Base64.decode(data), let text = String(validating: bytes, as: UTF8.self),
            text.contains("-----BEGIN ")
        else {
            node.reject("\(key)-data", expected: "PEM text in base64")
            return nil
        }
        return .literal(text)
    }
}
