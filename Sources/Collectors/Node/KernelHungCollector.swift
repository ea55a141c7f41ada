package import Codecs
package import Config
import Host
package import Pipeline

/// Tasks that the kernel found hung, of `/proc/sys/kernel/hung_task_detect_count`.
package struct KernelHungCollector: Collector, ~Copyable {
    package static let name: ComponentName = "kernel_hung"

    private let path: String
    private var file = FileReader(limit: 4096)

    package init(_ options: NoOptions, in context: ComponentContext) throws(ConfigError) {
        self.path = context.roots.procfs + "/sys/kernel/hung_task_detect_count"
    }

    package mutating func collect(into metrics: inout MetricWriter) throws(CollectError) {
        do {
            metrics.counter(
                "node_kernel_hung_tasks_total",
                "Total number of tasks that have been detected as hung since the system booted.",
                Double(try self.file.number(at: self.path)),
            )
        } catch  where error.isMissing {
            throw .noData("the kernel does not count hung tasks: it is older than 6.13")
        } catch {
            throw CollectError(error)
        }
    }
}
