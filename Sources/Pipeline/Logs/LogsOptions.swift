package import Config

/// A source or a sink as the configuration names it.
package struct LogComponent<Built: Sendable>: Sendable {
    /// The name that the user gave it.
    package let name: String
    /// Its type's key.
    package let type: String
    /// Where the configuration has it.
    package let location: ConfigLocation
    /// Builds it; pure, as `Component.init` is.
    package let make: @Sendable (ComponentContext) throws(ConfigError) -> Built

    /// Describes a component.
    package init(
        name: String,
        type: String,
        location: ConfigLocation = ConfigLocation(file: ""),
        make: @escaping @Sendable (ComponentContext) throws(ConfigError) -> Built,
    ) {
        self.name = name
        self.type = type
        self.location = location
        self.make = make
    }
}

extension ConfigVariant where Value == LogComponent<any LogSource> {
    /// A type of source that users may name.
    package static func source<Source: LogSource>(
        _ type: Source.Type,
        _ summary: String,
    ) -> ConfigVariant {
        ConfigVariant(Source.name.rawValue, summary) { node throws(ConfigError) in
            let name = node.requiredString("name", "The source's name, in logs and metrics.")
            let options = try Source.Options(from: &node)
            return LogComponent(name: name, type: Source.name.rawValue, location: node.location) {
                context throws(ConfigError) in
                var context = context
                context.componentName = name
                return try Source(options, in: context)
            }
        }
    }
}

extension ConfigVariant where Value == LogComponent<any LogSink> {
    /// A type of sink that users may name.
    package static func sink<Sink: LogSink>(
        _ type: Sink.Type,
        _ summary: String,
    ) -> ConfigVariant {
        ConfigVariant(Sink.name.rawValue, summary) { node throws(ConfigError) in
            let name = node.requiredString(
                "name",
                "The sink's name, in logs, metrics and checkpoints.",
            )
            let options = try Sink.Options(from: &node)
            return LogComponent(name: name, type: Sink.name.rawValue, location: node.location) {
                context throws(ConfigError) in try Sink(options, in: context)
            }
        }
    }
}

/// The section `logs`.
package struct LogsOptions: Sendable {
    /// The folder of cursors.
    package var stateDirectory: String
    /// Where records come from; nil where nothing is said of it.
    package var sources: [LogComponent<any LogSource>]?
    /// Where they go.
    package var sinks: [LogComponent<any LogSink>]
    /// What of pods stands on records.
    package var metadata = LogMetadataOptions()
    /// What is done with records on their way.
    package var rules: [LogRuleOptions] = []
    /// What pods' annotations may name as a parser; nil where annotations are not looked at.
    package var parsers: [String: LogComponent<any LogStep>]?

    /// The default of `state_dir`.
    package static let defaultStateDirectory = "/var/lib/martlet"

    /// Gathers components.
    package init(
        stateDirectory: String,
        sources: [LogComponent<any LogSource>]?,
        sinks: [LogComponent<any LogSink>],
    ) {
        self.stateDirectory = stateDirectory
        self.sources = sources
        self.sinks = sinks
    }

    /// The types of components that there are.
    package struct Types: Sendable {
        /// Types of sources.
        package var sources: [ConfigVariant<LogComponent<any LogSource>>]
        /// Types of sinks.
        package var sinks: [ConfigVariant<LogComponent<any LogSink>>]
        /// Types of rules' steps.
        package var steps: [ConfigVariant<LogComponent<any LogStep>>]
        /// Parsers with their defaults, by the names that annotations call them.
        package var parsers: [String: LogComponent<any LogStep>]

        /// Gathers types.
        package init(
            sources: [ConfigVariant<LogComponent<any LogSource>>],
            sinks: [ConfigVariant<LogComponent<any LogSink>>],
            steps: [ConfigVariant<LogComponent<any LogStep>>] = [],
            parsers: [String: LogComponent<any LogStep>] = [:],
        ) {
            self.sources = sources
            self.sinks = sinks
            self.steps = steps
            self.parsers = parsers
        }
    }

    /// Reads the section; the types of components are those of the registry.
    package init(from node: inout ConfigNode, types: Types) throws(ConfigError) {
        self.stateDirectory = node.string(
            "state_dir",
            default: Self.defaultStateDirectory,
            "The folder where cursors are kept across restarts.",
        )
        let isSaid = node.isPresent("sources")
        let sources = node.variants(
            "sources",
            by: "type",
            of: types.sources,
            "Where log records come from; this node's containers where the key is absent.",
        )
        self.sources = isSaid ? sources : nil
        self.sinks = node.variants("sinks", by: "type", of: types.sinks, "Where log records go.")
        self.rules = node.sections("rules", "What is done with records, in order.") {
            node throws(ConfigError) in
            try LogRuleOptions(from: &node, steps: types.steps)
        }
        let hasAnnotations = node.bool(
            "annotations",
            default: true,
            "Lets pods' annotations exclude, parse, join and weigh their logs.",
        )
        self.parsers = hasAnnotations ? types.parsers : nil
        self.metadata = try node.section(
            "metadata",
            LogMetadataOptions.self,
            "What of a pod stands on its records.",
        )
        Self.checkNames(sources.map { ($0.name, $0.location) }, "sources", node)
        Self.checkNames(self.sinks.map { ($0.name, $0.location) }, "sinks", node)
    }

    /// Cursors are kept by the sink's name, and every name is a label's value.
    private static func checkNames(
        _ components: [(name: String, location: ConfigLocation)],
        _ key: String,
        _ node: borrowing ConfigNode,
    ) {
        var lines: [String: Int] = [:]
        for (name, location) in components {
            if let line = lines[name] {
                node.reject(
                    key,
                    because: "the name `\(name)` is used on line \(line) and on \(location.line)",
                    remedy: "give each of them a name of its own",
                )
            }
            lines[name] = location.line
        }
    }
}
