package import Config
package import Pipeline

/// Makes a collector's driver once the agent's context is known.
package typealias CollectorBuilder =
    @Sendable (ComponentContext) throws(ConfigError) -> any CollectorRunning

/// One line of the registry of collectors.
package struct CollectorRegistration: Sendable {
    /// The key below `collectors`.
    package let name: ComponentName
    /// Reads the collector's key; nil when it is off.
    package let read: @Sendable (inout ConfigNode) -> CollectorBuilder?

    /// Registers a collector; `summary` is its line in the reference.
    package static func collector<C: Collector & ~Copyable>(
        _: C.Type,
        _ summary: String,
    ) -> CollectorRegistration {
        CollectorRegistration(name: C.name) { node in
            let options = node.switchableSection(
                C.name.rawValue,
                C.Options.self,
                onByDefault: C.enabledByDefault,
                summary,
            )
            guard let options else { return nil }
            return { context throws(ConfigError) in
                try CollectorDriver(C.self, options, in: context)
            }
        }
    }
}

extension CollectorRegistration {
    /// Reads the key `collectors`: those that are on, and the names of those that are off.
    package static func readAll(
        _ registrations: [CollectorRegistration],
        from node: inout ConfigNode,
    ) throws(ConfigError) -> (builders: [CollectorBuilder], disabled: [ComponentName]) {
        try node.section(
            "collectors",
            "Which collectors run: NAME: false turns one off, NAME: {…} sets its options.",
        ) { node throws(ConfigError) in
            var builders: [CollectorBuilder] = []
            var disabled: [ComponentName] = []
            for registration in registrations {
                if let builder = registration.read(&node) {
                    builders.append(builder)
                } else {
                    disabled.append(registration.name)
                }
            }
            return (builders, disabled)
        }
    }
}
