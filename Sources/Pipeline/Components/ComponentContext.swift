package import Host
package import Logging

/// What a component is handed besides its options; everything here is injected in tests.
package struct ComponentContext: Sendable {
    /// The host's file systems.
    package var roots: HostRoots
    /// The name that the user gave the component; empty where only its type has one.
    package var componentName = ""
    /// This node's name, as `instance` and in records.
    package var nodeName: String
    /// The folder for cursors, queues and dead letters.
    package var stateDirectory: String
    /// Wall clock and monotonic time.
    package var clock: any AgentClock
    /// The agent's own metrics.
    package var meters: Meters
    /// The agent's log.
    package var logger: Logger
    /// What the cluster says of this node.
    package var cluster: any NodeObjects = NoNodeObjects()
    /// Whether the collector of that name runs, for the few that leave something to another.
    package var isEnabled: @Sendable (ComponentName) -> Bool = { _ in true }

    /// Gathers a context.
    package init(
        roots: HostRoots = HostRoots(),
        nodeName: String,
        stateDirectory: String,
        clock: any AgentClock,
        meters: Meters,
        logger: Logger,
    ) {
        self.roots = roots
        self.nodeName = nodeName
        self.stateDirectory = stateDirectory
        self.clock = clock
        self.meters = meters
        self.logger = logger
    }
}
