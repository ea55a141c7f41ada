import Codecs
import Pipeline
import Transport

/// What outgoing HTTP does, and what its limits turned away.
struct HTTPClientMetrics: MeterSource {
    let exchange: CurlExchange

    func write(into metrics: inout MetricWriter) {
        let counts = self.exchange.counts
        metrics.family(
            "martlet_http_client_requests",
            .gauge,
            "Outgoing requests now: under way, or waiting for a transfer.",
        )
        for (state, count) in [("running", counts.running), ("waiting", counts.waiting)] {
            metrics.sample(Double(count)) { $0.add("state", state) }
        }
        metrics.family(
            "martlet_http_client_connections_total",
            .counter,
            "Connections opened by outgoing requests.",
        )
        metrics.sample(Double(counts.connections))
        metrics.family(
            "martlet_http_client_waits_total",
            .counter,
            "Outgoing requests that had to wait for a transfer.",
        )
        metrics.sample(Double(counts.waited))
        metrics.family(
            "martlet_http_client_refused_total",
            .counter,
            "Outgoing requests that a limit turned away: their time was over while they waited, or"
                + " too many waited already.",
        )
        for (limit, count) in [("time", counts.expired), ("waiting", counts.refused)] {
            metrics.sample(Double(count)) { $0.add("limit", limit) }
        }
    }
}
