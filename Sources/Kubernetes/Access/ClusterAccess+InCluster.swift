import Config
import Pipeline

// How a pod reaches the API server of its own cluster.
extension ClusterAccess {
    /// Where the kubelet puts a service account's token, CA and namespace.
    package static let accountFolder = "/var/run/secrets/kubernetes.io/serviceaccount"

    /// The most bytes of a namespace's file; a name has 63 at the most.
    private static let namespaceLimit = 1024

    /// The access of the pod that this process runs in.
    ///
    /// No file is opened: token and CA are read for each request, since the kubelet renews them.
    ///
    /// - Parameters:
    ///   - environment: The process's; Kubernetes says in it where the server is.
    ///   - folder: The service account's folder.
    /// - Throws: `AccessError` when the environment is not that of a pod.
    package static func inCluster(
        environment: [String: String],
        folder: String = ClusterAccess.accountFolder,
    ) throws(AccessError) -> ClusterAccess {
        let host = environment["KUBERNETES_SERVICE_HOST"] ?? ""
        let port = environment["KUBERNETES_SERVICE_PORT"] ?? ""
        if host.isEmpty || port.isEmpty {
            throw AccessError(
                "expected KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT in the environment, "
                    + "found \(host.isEmpty && port.isEmpty ? "neither" : "one of them"); "
                    + "outside a cluster name a kubeconfig file or an API server"
            )
        }
        guard let number = Int(port), (1...65535).contains(number) else {
            throw AccessError("expected a port in KUBERNETES_SERVICE_PORT, found '\(port)'")
        }
        let isBare = host.utf8.contains(UInt8(ascii: ":")) && !host.hasPrefix("[")
        var connection = HTTPConnectionSettings()
        connection.tls.ca = .file("\(folder)/ca.crt")
        connection.authorization = .token(
            type: "Bearer",
            credentials: .file("\(folder)/token"),
        )
        return ClusterAccess(
            server: "https://\(isBare ? "[\(host)]" : host):\(number)",
            connection: connection,
        )
    }

    /// The namespace of the pod that this process runs in.
    ///
    /// - Throws: `AccessError` when the file does not say.
    package static func ownNamespace(
        folder: String = ClusterAccess.accountFolder
    ) throws(AccessError) -> String {
        let path = "\(folder)/namespace"
        let bytes: [UInt8]
        do throws(ConfigError) {
            bytes = try ConfigFile.read(path, limit: Self.namespaceLimit)
        } catch {
            throw AccessError(
                "can't read the pod's own namespace: \(error); "
                    + "outside a pod name the namespace instead"
            )
        }
        let name = String(decoding: bytes.filter { $0 > 0x20 }, as: UTF8.self)
        if name.isEmpty { throw AccessError("expected a namespace in \(path), found nothing") }
        return name
    }
}
