import Codecs
import Pipeline
import Transport

/// What the agent's own port has done, and what its limits turned away.
struct PortMetrics: MeterSource {
    let server: HTTPServer

    func write(into metrics: inout MetricWriter) {
        let counters = self.server.counters
        metrics.gauge(
            "martlet_http_connections",
            "Connections open on the agent's own port.",
            Double(counters.connections),
        )
        metrics.gauge(
            "martlet_http_requests_in_flight",
            "Requests on the agent's own port that are being answered.",
            Double(counters.requestsInFlight),
        )
        metrics.family(
            "martlet_http_requests_total",
            .counter,
            "Requests answered on the agent's own port, by class of status.",
        )
        for (index, count) in counters.answers.enumerated() {
            metrics.sample(Double(count)) { $0.add("status", "\(index + 1)xx") }
        }
        metrics.family(
            "martlet_http_refused_total",
            .counter,
            "What limits of the agent's own port turned away, by limit.",
        )
        let refusals = [
            ("connections", counters.refused), ("requests", counters.overloads),
            ("time", counters.timeouts),
        ]
        for (limit, count) in refusals {
            metrics.sample(Double(count)) { $0.add("limit", limit) }
        }
    }
}
