package import Kubernetes
import Pipeline
import Telemetry

/// Whose a target is, where each node has an agent.
enum TargetPlace: Hashable {
    /// Each agent's own: what this machine alone can reach, or what all are to scrape.
    case here
    /// The agent's on that node.
    case node(String)
    /// One agent's, whichever that is.
    case cluster

    /// The labels by which discovery says a target's node, the most telling first.
    private static let nodeLabels = [
        "__meta_kubernetes_endpointslice_endpoint_node_name",
        "__meta_kubernetes_endpoint_node_name", "__meta_kubernetes_pod_node_name",
        "__meta_kubernetes_node_name",
    ]

    /// Decides by the job's scope, how the target is reached, and what was found of it.
    ///
    /// - Parameters:
    ///   - target: The target.
    ///   - scope: The job's scope; nil when the target decides.
    ///   - hasNodes: Whether the nodes that its labels name have agents of their own.
    init(of target: ScrapeTarget, _ scope: ScrapeScope?, hasNodes: Bool) {
        if scope == .cluster {
            self = .cluster
        } else if scope == .everywhere || target.unixSocket != nil
            || LoopbackURL.matches(target.url)
        {
            self = .here
        } else if hasNodes || scope == .node, let node = Self.node(target.discovered) {
            self = .node(node)
        } else {
            self = scope == .node ? .here : .cluster
        }
    }

    private static func node(_ labels: LabelSet) -> String? {
        for kind in ["endpointslice", "endpoint"] {
            let prefix = "__meta_kubernetes_\(kind)_address_target_"
            if labels[prefix + "kind"] == "Node", let name = labels[prefix + "name"] { return name }
        }
        return self.nodeLabels.lazy.compactMap { labels[$0] }.first
    }
}

/// Tells this agent's targets from those of others.
package struct TargetOwners: Sendable {
    /// With whom what belongs to no node is divided.
    package enum Division: Sendable {
        /// With nobody: this agent scrapes all of it.
        case alone
        /// With others who are not known now: this agent scrapes none of it.
        case unknown
        /// With these agents.
        case among(Rendezvous)
    }

    /// This node's name, by which this agent goes among the others.
    package var node: String
    /// Whether that is the name of a node of the cluster, so that other nodes have agents too.
    package var isOnNode: Bool
    /// With whom targets of no node are divided.
    package var division: Division

    /// Describes who there is.
    package init(node: String, isOnNode: Bool, division: Division) {
        self.node = node
        self.isOnNode = isOnNode
        self.division = division
    }

    /// One agent that scrapes everything.
    package static let alone = TargetOwners(node: "", isOnNode: false, division: .alone)

    /// Whose a target is; empty when that is not known.
    func owner(of place: TargetPlace, _ target: ScrapeTarget) -> String {
        switch place {
        case .here: return self.node
        case .node(let name): return name
        case .cluster:
            switch self.division {
            case .alone: return self.node
            case .unknown: return ""
            case .among(let agents): return agents.owner(of: target.hash) ?? ""
            }
        }
    }
}

/// A target that another agent scrapes.
package struct ElsewhereTarget: Sendable, Hashable {
    /// The target.
    package let target: ScrapeTarget
    /// The node whose agent scrapes it; empty when that is not known.
    package let owner: String
}
