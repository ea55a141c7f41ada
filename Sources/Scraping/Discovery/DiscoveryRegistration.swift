package import Config

/// One line of the registry of mechanisms.
package struct DiscoveryRegistration: Sendable {
    /// What stands before `_sd_configs`.
    package let mechanism: String
    /// Reads the job's key: the entries in order.
    package let read: @Sendable (inout ConfigNode) -> [DiscoveryConfiguration]

    /// Registers a mechanism; `summary` is its line in the reference.
    package static func discovery<Discovery: TargetDiscovery>(
        _: Discovery.Type,
        _ summary: String,
    ) -> DiscoveryRegistration {
        DiscoveryRegistration(mechanism: Discovery.mechanism) { node in
            node.sections("\(Discovery.mechanism)_sd_configs", Discovery.Options.self, summary)
                .map { DiscoveryConfiguration(Discovery.self, $0) }
        }
    }
}

/// One entry of `NAME_sd_configs`, whatever its mechanism.
package struct DiscoveryConfiguration: Sendable, Hashable {
    /// What stands before `_sd_configs`.
    package let mechanism: String
    /// The scope of the job that it is an entry of.
    package var scope: ScrapeScope?
    /// Makes what runs for it.
    let make: @Sendable (DiscoveryContext) -> any TargetDiscovery
    private let options: any DiscoveryOptions
    private let equals: @Sendable (any DiscoveryOptions) -> Bool

    /// Pairs a mechanism with its options.
    package init<Discovery: TargetDiscovery>(_: Discovery.Type, _ options: Discovery.Options) {
        self.mechanism = Discovery.mechanism
        self.options = options
        self.equals = { ($0 as? Discovery.Options) == options }
        self.make = { Discovery(options, in: $0) }
    }

    /// Whether two entries say the same.
    package static func == (left: DiscoveryConfiguration, right: DiscoveryConfiguration) -> Bool {
        left.mechanism == right.mechanism && left.scope == right.scope
            && left.equals(right.options)
    }

    /// Hashes what is compared.
    package func hash(into hasher: inout Hasher) {
        hasher.combine(self.mechanism)
        hasher.combine(self.scope)
        self.options.hash(into: &hasher)
    }
}
