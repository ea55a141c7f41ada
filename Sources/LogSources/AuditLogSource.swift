import Codecs
package import Config
package import Pipeline

/// `audit`: what an API server on this node was asked, as it writes it down itself.
///
/// A record's body is the event as it stands in the file; its time is the request's.
package struct AuditLogSource: LogSource {
    /// What users may say.
    package struct Options: ComponentOptions {
        /// The keys of all sources of files.
        package var files: LogFileOptions
        let selection: LogFileSelection?

        /// Where API servers are told to write: kubeadm's documentation, OpenShift, k3s and RKE2.
        private static let defaultPaths = [
            "/var/log/kubernetes/audit/audit.log",
            "/var/log/kubernetes/audit.log",
            "/var/log/kube-apiserver/audit.log",
            "/var/log/openshift-apiserver/audit.log",
            "/var/log/oauth-apiserver/audit.log",
            "/var/lib/rancher/k3s/server/logs/audit.log",
            "/var/lib/rancher/rke2/server/logs/audit.log",
        ]
        /// An event has the request's and the answer's objects, of which etcd takes 1.5 MiB each.
        private static let longestEvent = 4 << 20

        package init(from node: inout ConfigNode) throws(ConfigError) {
            let include = node.strings(
                "include",
                default: Self.defaultPaths,
                "Patterns of the audit logs' paths; those that aren't there are no error.",
            )
            self.files = LogFileOptions(
                reading: &node,
                defaultPath: nil,
                maxLineBytes: Self.longestEvent,
            )
            let reading = LogFileSelection.reading(include: include, exclude: [], in: nil)
            self.selection = try? reading.get()
            if self.selection == nil {
                node.reject(
                    "include",
                    expected: "absolute paths whose first folder has no wildcard",
                )
            }
        }
    }

    package static let name: ComponentName = "audit"

    private let driver: LogFileDriver

    package init(_ options: Options, in context: ComponentContext) throws(ConfigError) {
        guard let selection = options.selection else { throw .noFiles }
        self.driver = LogFileDriver(
            .init(
                options: options.files,
                layout: .selected(selection),
                format: .fixed(.audit),
                isAbsenceTold: false,
            ),
            context,
        )
    }

    package func run(into catalogue: LogCatalogue) async {
        await self.driver.run(into: catalogue)
    }
}
