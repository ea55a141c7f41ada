package import Codecs
package import Config
import Host
package import Pipeline

/// Open file handles of the whole system, of `/proc/sys/fs/file-nr`.
package struct FileHandleCollector: Collector, ~Copyable {
    package static let name: ComponentName = "filefd"

    private let path: String
    private var file = FileReader(limit: 4096, keepsOpen: true)

    package init(_ options: NoOptions, in context: ComponentContext) throws(ConfigError) {
        self.path = context.roots.procfs + "/sys/fs/file-nr"
    }

    package mutating func collect(into metrics: inout MetricWriter) throws(CollectError) {
        let handles: FileHandleCounts
        do {
            handles = try self.file.load(self.path, FileHandleCounts.init(parsing:))
        } catch {
            throw CollectError(error)
        }
        metrics.gauge(
            "node_filefd_allocated",
            "File descriptor statistics: allocated.",
            handles.allocated,
        )
        metrics.gauge(
            "node_filefd_maximum",
            "File descriptor statistics: maximum.",
            handles.maximum,
        )
    }
}
