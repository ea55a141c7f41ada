package import Codecs
package import Config
import Host
package import Pipeline

/// What `uname(2)` says of the system.
package struct UnameCollector: Collector, ~Copyable {
    package static let name: ComponentName = "uname"

    package init(_ options: NoOptions, in context: ComponentContext) throws(ConfigError) {}

    package mutating func collect(into metrics: inout MetricWriter) throws(CollectError) {
        let system: SystemIdentity
        do {
            system = try SystemIdentity()
        } catch {
            throw CollectError(error)
        }
        metrics.family(
            "node_uname_info",
            .gauge,
            "Labeled system information as provided by the uname system call.",
        )
        metrics.sample(1) { labels in
            labels.add("domainname", system.domainName)
            labels.add("machine", system.machine)
            labels.add("nodename", system.nodeName)
            labels.add("release", system.release)
            labels.add("sysname", system.systemName)
            labels.add("version", system.version)
        }
    }
}
