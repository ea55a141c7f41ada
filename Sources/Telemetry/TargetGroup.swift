/// Targets that one place told of together: one entry of a file, one answer of a name server.
public struct TargetGroup: Sendable, Hashable {
    /// Where the group comes from; a group replaces the one of its job that has the same source.
    public var source: String
    /// Labels of all targets, for which a target's own come first.
    public var labels: LabelSet
    /// Each target's own labels, `__address__` among them.
    public var targets: [LabelSet]
    /// Whether nodes that its labels name are nodes of the cluster that this agent runs in.
    public var isOfOwnCluster = false

    /// Describes a group.
    public init(source: String = "", labels: LabelSet = LabelSet(), targets: [LabelSet] = []) {
        self.source = source
        self.labels = labels
        self.targets = targets
    }

    /// Describes a group of addresses.
    public init(source: String = "", labels: LabelSet = LabelSet(), addresses: [String]) {
        self.init(
            source: source,
            labels: labels,
            targets: addresses.map { ["__address__": $0] },
        )
    }
}
