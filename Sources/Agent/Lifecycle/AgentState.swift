package import Codecs
import Pipeline
import Synchronization

/// What the agent is doing, for probes, the page and its own metrics.
package final class AgentState: MeterSource {
    /// Where the agent is in its life.
    package enum Phase: Sendable {
        case starting
        case running
        case draining
    }

    /// The state at one moment.
    package struct Snapshot: Sendable {
        /// Where the agent is in its life.
        package var phase = Phase.starting
        /// Why the newest configuration is not the one in use, if it isn't.
        package var refusedConfiguration: String?
        /// When the configuration in use was loaded, in nanoseconds since 1970.
        package var loadedAt: Int64 = 0
        /// How often a configuration was applied after the start.
        package var reloads = 0
        /// How often one was refused.
        package var refusals = 0
    }

    private let state = Mutex(Snapshot())

    /// A state that is starting.
    package init() {}

    /// The state now.
    package var snapshot: Snapshot { self.state.withLock { $0 } }

    /// Changes the state.
    package func update(_ change: (inout Snapshot) -> Void) {
        self.state.withLock { change(&$0) }
    }

    package func write(into metrics: inout MetricWriter) {
        let now = self.snapshot
        metrics.gauge(
            "martlet_ready",
            "Whether the agent's pipelines run.",
            now.phase == .running ? 1 : 0,
        )
        metrics.gauge(
            "martlet_config_last_reload_successful",
            "Whether the newest configuration is the one in use.",
            now.refusedConfiguration == nil ? 1 : 0,
        )
        metrics.gauge(
            "martlet_config_last_reload_success_timestamp_seconds",
            "When the configuration in use was loaded.",
            Double(now.loadedAt) / 1e9,
        )
        metrics.counter(
            "martlet_config_reloads_total",
            "Configurations applied after the start.",
            Double(now.reloads),
        )
        metrics.counter(
            "martlet_config_refusals_total",
            "Configurations refused because of errors.",
            Double(now.refusals),
        )
        metrics.family("martlet_build_info", .gauge, "What this build of the agent is.")
        metrics.sample(1) { $0.add("version", AgentVersion.number) }
    }
}
