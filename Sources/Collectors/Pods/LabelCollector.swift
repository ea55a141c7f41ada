package import Codecs
package import Config
package import Pipeline

/// Labels of pods and of this node as labels of series, those that are asked for.
package struct LabelCollector: Collector, ~Copyable {
    package static let name: ComponentName = "labels"

    /// What `labels` can be told.
    package struct Options: ComponentOptions {
        let families: PairFamilies

        package init(from node: inout ConfigNode) throws(ConfigError) {
            self.families = PairFamilies(.label, from: &node)
        }
    }

    private let families: PairFamilies
    private let cluster: any NodeObjects

    package init(_ options: Options, in context: ComponentContext) throws(ConfigError) {
        self.families = options.families
        self.cluster = context.cluster
    }

    package mutating func collect(into metrics: inout MetricWriter) throws(CollectError) {
        try self.families.write(self.cluster, into: &metrics)
    }
}
