package import Config
package import Kubernetes
package import Pipeline

extension KubernetesDiscovery {
    /// The entry's keys.
    ///
    /// Source: Prometheus, `discovery/kubernetes/kubernetes.go`, `SDConfig`.
    package struct Options: DiscoveryOptions {
        /// Which objects targets are made of.
        package var role: KubernetesRole
        /// The API server's URL; nil for the cluster that the agent runs in.
        package var apiServer: String?
        /// The kubeconfig file that says server and authorization.
        package var kubeconfigFile: String?
        /// Adds the agent's own namespace to `namespaces`.
        package var ownNamespace = false
        /// The namespaces; all when empty and without `ownNamespace`.
        package var namespaces: [String] = []
        /// Which objects of which role.
        package var selectors: [KubernetesSelector] = []
        /// What is attached to the targets.
        package var settings = RoleSettings()
        /// TLS, proxy and authorization to `apiServer`.
        package var client = HTTPClientOptions()

        /// All objects of a role in the agent's own cluster.
        package init(_ role: KubernetesRole) { self.role = role }

        /// Reads one entry.
        package init(from node: inout ConfigNode) throws(ConfigError) {
            self.role = node.requiredChoice(
                "role",
                of: KubernetesRole.self,
                "Which objects targets are made of.",
            )
            self.apiServer = node.string(
                "api_server",
                "The API server's URL; the cluster that the agent runs in when absent.",
            )
            self.kubeconfigFile = node.filePath(
                "kubeconfig_file",
                "A kubeconfig file that says server and authorization.",
            )
            (self.ownNamespace, self.namespaces) = try node.section(
                "namespaces",
                "The namespaces to look in; all when nothing is said.",
            ) { node throws(ConfigError) in
                let own = node.bool(
                    "own_namespace",
                    default: false,
                    "The agent's own namespace.",
                )
                return (own, node.strings("names", "Namespaces by name."))
            }
            self.selectors = node.sections("selectors", "Asks for some of the objects only.") {
                node throws(ConfigError) in KubernetesSelector(from: &node)
            }
            self.settings = try node.section(
                "attach_metadata",
                "Labels of other objects for the targets.",
            ) { node throws(ConfigError) in RoleSettings(from: &node) }
            self.client = HTTPClientOptions(readingFrom: &node)
            self.checkAccess(node)
            self.checkSelectors(node)
        }

        private func checkAccess(_ node: borrowing ConfigNode) {
            if let server = self.apiServer {
                let rest = ["http://", "https://"].first { server.hasPrefix($0) }
                    .map { server.dropFirst($0.count) }
                if rest?.first.map({ $0 == "/" }) ?? true {
                    node.reject("api_server", expected: "an http or https URL with a host")
                }
                if self.kubeconfigFile != nil {
                    Self.reject(node, "kubeconfig_file", beside: "api_server")
                }
            } else if self.client != HTTPClientOptions() {
                let isFile = self.kubeconfigFile != nil
                node.reject(
                    isFile ? "kubeconfig_file" : "api_server",
                    because: isFile
                        ? "expected no key of an HTTP client beside kubeconfig_file"
                        : "expected api_server beside the keys of an HTTP client, found none",
                    remedy: isFile
                        ? "write server and authorization into the kubeconfig file"
                        : "add api_server, or remove the keys",
                )
            }
            if !self.ownNamespace { return }
            for (key, isGiven) in [
                ("api_server", self.apiServer != nil),
                ("kubeconfig_file", self.kubeconfigFile != nil),
            ] where isGiven {
                Self.reject(node, "namespaces", beside: key, "namespaces.own_namespace")
            }
        }

        private static func reject(
            _ node: borrowing ConfigNode,
            _ key: String,
            beside other: String,
            _ name: String? = nil,
        ) {
            node.reject(
                key,
                because: "expected \(name ?? key) or \(other), found both",
                remedy: "remove one of them",
            )
        }

        private func checkSelectors(_ node: borrowing ConfigNode) {
            var seen: Set<KubernetesRole> = []
            for selector in self.selectors {
                let allowed = self.role.selectorRoles
                if !allowed.contains(selector.role) {
                    let names = allowed.map(\.rawValue).joined(separator: ", ")
                    node.reject(
                        "selectors",
                        because: "expected selectors of \(names) with the role "
                            + "\(self.role.rawValue), found one of \(selector.role.rawValue)",
                    )
                }
                if !seen.insert(selector.role).inserted {
                    node.reject(
                        "selectors",
                        because: "expected one selector of each role, found two of "
                            + selector.role.rawValue,
                    )
                }
            }
        }

        /// The selector of a role; one that selects all when the entry has none.
        func selector(_ role: KubernetesRole) -> KubernetesSelector {
            self.selectors.first { $0.role == role } ?? KubernetesSelector(role)
        }
    }
}

extension RoleSettings {
    /// Reads the section `attach_metadata`.
    init(from node: inout ConfigNode) {
        self.init()
        func read(_ key: String, _ what: String) -> Bool {
            node.bool(key, default: false, "Adds \(what).")
        }
        self.attachesNode = read("node", "the labels of the target's node")
        self.attachesNamespace = read("namespace", "the labels of the target's namespace")
        self.attachesDeployment = read("deployment", "the name of the pod's Deployment")
        self.attachesJob = read("job", "the name of the pod's Job")
        self.attachesCronJob = read("cronjob", "the name of the pod's CronJob")
    }
}
