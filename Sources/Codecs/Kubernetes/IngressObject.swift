/// An ingress, as discovery needs it.
///
/// Source: Kubernetes, `networking.k8s.io/v1` Ingress.
package struct IngressObject: Sendable, Hashable {
    /// One rule.
    package struct Rule: Sendable, Hashable {
        /// The host; may be empty, may begin with `*.`.
        package var host = ""
        /// The paths; empty when there is none.
        package var paths: [String] = []

        /// A rule for every host.
        package init() {}
    }

    /// Name, namespace, labels and annotations.
    package var metadata = ObjectMetadata()
    /// The class; nil when it is not said.
    package var className: String?
    /// Hosts of each entry of `tls`.
    package var tlsHosts: [[String]] = []
    /// The rules.
    package var rules: [Rule] = []

    /// No rules.
    package init(name: String = "", namespace: String = "") {
        self.metadata = ObjectMetadata(name: name, namespace: namespace)
    }

    /// Where the API serves ingresses.
    package static let resource = APIResource("ingresses", group: "networking.k8s.io")
}
