import Codecs
import Synchronization

/// A distribution told by quantiles, of the newest observations.
///
/// The newest `limit` observations are kept and sorted when somebody asks: quantiles are exact for
/// these, and memory is bounded however many there are. (The client libraries estimate those of the
/// last ten minutes.)
package final class Summary: MeterSeries {
    private struct State {
        var newest: [Double] = []
        /// Where the next observation goes.
        var place = 0
        var sum = 0.0
        var count = 0
    }

    /// Observations that quantiles are made of.
    package static let limit = 1024
    /// The quantiles that Prometheus gives of scrapes.
    package static let scrapeQuantiles = [0.01, 0.05, 0.5, 0.9, 0.99]

    let labels: [MeterLabel]
    private let quantiles: [Double]
    private let state = Mutex(State())

    init(quantiles: [Double], labels: [MeterLabel]) {
        self.quantiles = quantiles
        self.labels = labels
    }

    /// Counts one observation.
    package func observe(_ value: Double) {
        self.state.withLock { state in
            if state.newest.count < Self.limit {
                state.newest.append(value)
            } else {
                state.newest[state.place] = value
            }
            state.place = (state.place + 1) % Self.limit
            state.sum += value
            state.count += 1
        }
    }

    /// The quantiles in order, NaN before the first observation.
    package var values: [(quantile: Double, value: Double)] {
        let sorted = self.state.withLock { $0.newest }.sorted()
        return self.quantiles.map { quantile in
            if sorted.isEmpty { return (quantile, .nan) }
            let place = Int((quantile * Double(sorted.count)).rounded(.up)) - 1
            return (quantile, sorted[min(max(place, 0), sorted.count - 1)])
        }
    }

    func write(into metrics: inout MetricWriter) {
        let (sum, count) = self.state.withLock { ($0.sum, $0.count) }
        for (quantile, value) in self.values {
            metrics.sample(value) { labels in
                for label in self.labels where label.name < "quantile" {
                    labels.add(label.name, label.value)
                }
                labels.add("quantile", "\(quantile)")
                for label in self.labels where label.name > "quantile" {
                    labels.add(label.name, label.value)
                }
            }
        }
        metrics.sample(sum, suffix: .sum) { labels in
            for label in self.labels { labels.add(label.name, label.value) }
        }
        metrics.sample(Double(count), suffix: .count) { labels in
            for label in self.labels { labels.add(label.name, label.value) }
        }
    }
}
