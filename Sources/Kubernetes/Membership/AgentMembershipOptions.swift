package import Config

/// `kubernetes.agents`: who the other agents are, with whom targets of no node are divided.
package struct AgentMembershipOptions: ComponentOptions, Hashable {
    /// The Service whose endpoints are the agents.
    package var service: String
    /// Its namespace; nil for the agent's own.
    package var namespace: String?
    /// How long an agent must have been gone before its targets move.
    package var holdDown: Duration
    /// The longest that targets are scraped without word of the other agents; zero for ever.
    package var maxOverlap: Duration

    /// Names a Service; the rest is as when nothing is said.
    package init(
        service: String,
        namespace: String? = nil,
        holdDown: Duration = .seconds(30),
        maxOverlap: Duration = .seconds(900),
    ) {
        self.service = service
        self.namespace = namespace
        self.holdDown = holdDown
        self.maxOverlap = maxOverlap
    }

    package init(from node: inout ConfigNode) throws(ConfigError) {
        let usual = AgentMembershipOptions(service: "")
        self.init(
            service: node.requiredString(
                "service",
                "The headless Service whose ready endpoints are the agents.",
            ),
            namespace: node.string("namespace", "Its namespace; the agent's own if unset."),
            holdDown: node.duration(
                "hold_down",
                default: usual.holdDown,
                in: .zero ... .seconds(3600),
                "How long an agent must have been gone before its targets move, so that a restart or "
                    + "a failing probe does not move them.",
            ),
            maxOverlap: node.duration(
                "max_overlap",
                default: usual.maxOverlap,
                "The longest that this agent goes on with targets of no node while it can't hear of "
                    + "the others, who may have them by then; 0 to never let go.",
            ),
        )
        if self.service.isEmpty { node.reject("service", expected: "a Service's name") }
    }
}
