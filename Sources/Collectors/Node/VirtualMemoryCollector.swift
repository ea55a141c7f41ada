import Bytes
package import Codecs
package import Config
import Host
import Patterns
package import Pipeline

/// Counters of the memory manager, of `/proc/vmstat`.
package struct VirtualMemoryCollector: Collector, ~Copyable {
    package static let name: ComponentName = "vmstat"

    /// What `vmstat` can be told.
    package struct Options: ComponentOptions {
        /// Which of the file's names are exported; nil for those of `defaultFields`.
        let fields: Pattern?

        /// node_exporter's default.
        static let defaultFields = "^(oom_kill|pgpg|pswp|pg.*fault).*"

        /// Options with node_exporter's defaults.
        package init() { self.fields = try? Pattern(Self.defaultFields) }

        package init(from node: inout ConfigNode) throws(ConfigError) {
            let fields = node.string(
                "fields",
                default: Self.defaultFields,
                "Regular expression of the fields of /proc/vmstat to export.",
            )
            do {
                self.fields = try Pattern(fields)
            } catch {
                node.reject("fields", because: error.description)
                self.fields = nil
            }
        }
    }

    private let path: String
    private let fields: Pattern?
    private var file = FileReader(limit: 1 << 20, keepsOpen: true)
    private var families = PositionalCache<MetricFamily?>()

    package init(_ options: Options, in context: ComponentContext) throws(ConfigError) {
        self.path = context.roots.procfs + "/vmstat"
        self.fields = options.fields
    }

    package mutating func collect(into metrics: inout MetricWriter) throws(CollectError) {
        do {
            try Self.write(self.path, self.fields, &self.file, &self.families, into: &metrics)
        } catch {
            throw CollectError(error)
        }
    }

    private static func write(
        _ path: String,
        _ fields: Pattern?,
        _ file: inout FileReader,
        _ families: inout PositionalCache<MetricFamily?>,
        into metrics: inout MetricWriter,
    ) throws(HostError) {
        try file.load(path) { text throws(FormatError) in
            try VirtualMemoryCounters.visit(text) { index, name, digits throws(FormatError) in
                let known = families.value(at: index, for: name) { name in
                    guard fields?.matches(name) == true else { return nil }
                    return Self.family(name)
                }
                guard let family = known else { return }
                let value = try VirtualMemoryCounters.value(digits, index)
                metrics.family(family)
                metrics.sample(value)
            }
        }
    }

    private static func family(_ name: Span<UInt8>) -> MetricFamily {
        let name = name.text
        return MetricFamily(
            "node_vmstat_\(name)",
            .untyped,
            "/proc/vmstat information field \(name).",
        )
    }
}
