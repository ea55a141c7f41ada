import Config
import Pipeline
import Testing

/// Rules as users write them.
enum RelabelRules {
    static func read(_ yaml: String) throws -> Relabeling {
        let indented = yaml.split(separator: "\n").map { "  \($0)" }.joined(separator: "\n")
        let document = try ConfigDocument.parse("rules:\n\(indented)\n")
        let (rules, report) = ConfigLoader.read(from: document) { node throws(ConfigError) in
            node.sections("rules", RelabelRule.self, "Rules.")
        }
        return Relabeling(try #require(rules, "\(report)"))
    }
}
