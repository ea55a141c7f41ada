import Config
import Pipeline

/// A kubeconfig file: how a user reaches a cluster from outside.
///
/// Only what the current context needs is looked at. Files that it names are read for each request.
/// Source: kubernetes.io, "kubeconfig (v1)"; client-go, `clientcmd`.
package struct Kubeconfig: Sendable {
    /// Where the API server is and how to authorize there.
    package let access: ClusterAccess
    /// The context's namespace, if it names one.
    package let namespace: String?

    /// Reads the file at `path`.
    ///
    /// - Throws: `AccessError` with every problem that the file has.
    package init(path: String) throws(AccessError) {
        let document: ConfigDocument
        do throws(ConfigError) {
            document = try ConfigDocument.load(path: path, environment: [:])
        } catch {
            throw AccessError("\(error)")
        }
        try self.init(document)
    }

    /// Reads a file's text; relative paths in it start from the folder of `file`.
    ///
    /// - Throws: `AccessError` with every problem that the text has.
    package init(_ text: String, file: String) throws(AccessError) {
        let document: ConfigDocument
        do throws(ConfigError) {
            document = try ConfigDocument.parse(text, file: file)
        } catch {
            throw AccessError("\(error)")
        }
        try self.init(document)
    }

    private init(_ document: ConfigDocument) throws(AccessError) {
        let (value, report) = ConfigLoader.read(from: document) { node throws(ConfigError) in
            Self.read(&node)
        }
        guard let value, let value else {
            let problems = report.errors.map(\.description)
            throw AccessError(problems.joined(separator: "; "))
        }
        self = value
    }

    private init(access: ClusterAccess, namespace: String?) {
        self.access = access
        self.namespace = namespace
    }

    private static func read(_ node: inout ConfigNode) -> Kubeconfig? {
        node.allowOtherKeys()
        let current = node.rawString("current-context", default: "", "The context in use.")
        if current.isEmpty {
            node.reject(
                "current-context",
                because: "expected the name of a context, found nothing",
                remedy: "kubectl config use-context NAME sets it",
            )
            return nil
        }
        let context = Self.entry(current, in: "contexts", "context", &node) { node in
            KubeconfigContext(&node)
        }
        guard let context else { return nil }
        let cluster = Self.entry(context.cluster, in: "clusters", "cluster", &node) { node in
            KubeconfigCluster(&node)
        }
        guard let cluster else { return nil }
        var connection = HTTPConnectionSettings()
        cluster.apply(to: &connection)
        if !context.user.isEmpty {
            let user = Self.entry(context.user, in: "users", "user", &node) { node in
                KubeconfigUser(&node)
            }
            guard let user else { return nil }
            user.apply(to: &connection)
        }
        let access = ClusterAccess(server: cluster.server, connection: connection)
        return Kubeconfig(access: access, namespace: context.namespace)
    }

    /// Reads the one entry of a list that is called `name`.
    private static func entry<Value>(
        _ name: String,
        in list: String,
        _ key: String,
        _ node: inout ConfigNode,
        read: (inout ConfigNode) -> Value,
    ) -> Value? {
        let found = node.sections(list, "Named entries.") { node throws(ConfigError) -> Value? in
            node.allowOtherKeys()
            if node.rawString("name", default: "", "The entry's name.") != name { return nil }
            return try node.section(key, "What it holds.") { node throws(ConfigError) in
                node.allowOtherKeys()
                return read(&node)
            }
        }
        if let value = found.compactMap(\.self).first { return value }
        node.reject(
            list,
            because: "expected an entry with the name '\(name)', found none",
            remedy: "kubectl config view shows what there is",
        )
        return nil
    }
}

/// Which cluster a user works with.
private struct KubeconfigContext {
    let cluster: String
    let user: String
    let namespace: String?

    init(_ node: inout ConfigNode) {
        self.cluster = node.rawString("cluster", default: "", "The cluster's name.")
        self.user = node.rawString("user", default: "", "The user's name.")
        let namespace = node.rawString("namespace", default: "", "The namespace.")
        self.namespace = namespace.isEmpty ? nil : namespace
    }
}
