import Codecs
import Synchronization

/// A sum that only rises, of numbers that may have fractions.
package final class Sum: MeterSeries {
    let labels: [MeterLabel]
    private let state = Mutex(0.0)

    init(labels: [MeterLabel]) {
        self.labels = labels
    }

    /// Adds `amount`, which is not negative.
    package func add(_ amount: Double) {
        self.state.withLock { $0 += amount }
    }

    /// The sum so far.
    package var value: Double { self.state.withLock { $0 } }

    func write(into metrics: inout MetricWriter) {
        metrics.sample(self.value) { labels in
            for label in self.labels { labels.add(label.name, label.value) }
        }
    }
}
