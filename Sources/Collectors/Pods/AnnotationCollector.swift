package import Codecs
package import Config
package import Pipeline

/// Annotations of pods and of this node as labels of series, those that are asked for.
package struct AnnotationCollector: Collector, ~Copyable {
    package static let name: ComponentName = "annotations"

    /// What `annotations` can be told.
    package struct Options: ComponentOptions {
        let families: PairFamilies

        package init(from node: inout ConfigNode) throws(ConfigError) {
            self.families = PairFamilies(.annotation, from: &node)
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
