import Pipeline

/// What `kubernetes_sd_configs` counts, by Prometheus's names.
///
/// Source: Prometheus, `discovery/kubernetes/metrics.go`.
struct KubernetesMeters: Sendable {
    enum Event: String, Sendable, CaseIterable {
        case add
        case update
        case delete
    }

    /// Watches that failed.
    let failures: Counter
    private let events: [ObjectName.Kind: [Event: Counter]]

    init(_ meters: Meters) {
        self.failures = meters.counter(
            "prometheus_sd_kubernetes_failures_total",
            "Watches of kubernetes_sd_configs that failed.",
        )
        let roles: [(ObjectName.Kind, KubernetesRole)] = [
            (.node, .node), (.pod, .pod), (.service, .service), (.endpoints, .endpoints),
            (.endpointSlice, .endpointslice), (.ingress, .ingress),
        ]
        var events: [ObjectName.Kind: [Event: Counter]] = [:]
        for (kind, role) in roles {
            for event in Event.allCases {
                events[kind, default: [:]][event] = meters.counter(
                    "prometheus_sd_kubernetes_events_total",
                    "Objects that kubernetes_sd_configs were told of.",
                    [MeterLabel("event", event.rawValue), MeterLabel("role", role.rawValue)],
                )
            }
        }
        self.events = events
    }

    func count(_ event: Event, _ kind: ObjectName.Kind, _ count: Int) {
        self.events[kind]?[event]?.add(count)
    }
}
