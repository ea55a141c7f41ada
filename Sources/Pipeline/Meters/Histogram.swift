import Codecs
import Synchronization

/// A distribution over fixed bounds.
package final class Histogram: MeterSeries {
    private struct State {
        var counts: [Int]
        var sum = 0.0
    }

    /// The client libraries' default bounds, in seconds.
    package static let defaultBounds = [
        0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
    ]

    let labels: [MeterLabel]
    private let bounds: [Double]
    private let state: Mutex<State>

    init(bounds: [Double], labels: [MeterLabel]) {
        self.bounds = bounds
        self.labels = labels
        self.state = Mutex(State(counts: Array(repeating: 0, count: bounds.count + 1)))
    }

    /// Counts one observation.
    package func observe(_ value: Double) {
        let slot = self.bounds.firstIndex { value <= $0 } ?? self.bounds.count
        self.state.withLock { state in
            state.counts[slot] += 1
            state.sum += value
        }
    }

    func write(into metrics: inout MetricWriter) {
        let (counts, sum) = self.state.withLock { ($0.counts, $0.sum) }
        var total = 0
        for (index, count) in counts.enumerated() {
            total += count
            let bound = index < self.bounds.count ? self.bounds[index] : Double.infinity
            metrics.bucket(bound, Double(total)) { labels in
                for label in self.labels { labels.add(label.name, label.value) }
            }
        }
        metrics.sample(sum, suffix: .sum) { labels in
            for label in self.labels { labels.add(label.name, label.value) }
        }
        metrics.sample(Double(total), suffix: .count) { labels in
            for label in self.labels { labels.add(label.name, label.value) }
        }
    }
}
