import Config

/// `scope` of a job: which of its targets this agent scrapes where each node has an agent.
package enum ScrapeScope: String, Sendable, CaseIterable {
    /// Those that are not known to be on another node.
    case node
    /// Its share of all, whatever node they are on.
    case cluster
    /// All.
    case everywhere

    /// Reads the key; nil when each target decides.
    static func read(_ node: inout ConfigNode) -> ScrapeScope? {
        node.choice(
            "scope",
            of: ScrapeScope.self,
            "Martlet's own key: which targets this agent scrapes where each node has one. node: all "
                + "but those on other nodes; cluster: its share of all; everywhere: all. When absent, "
                + "pods, nodes and endpoints belong to their own node's agent, what is of no node "
                + "(services, static, file, HTTP and DNS targets) is divided among the agents, and "
                + "loopback addresses and unix sockets are each agent's own.",
        )
    }
}
