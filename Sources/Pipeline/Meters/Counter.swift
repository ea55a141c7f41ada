import Codecs
import Synchronization

/// A count that only rises.
package final class Counter: MeterSeries {
    let labels: [MeterLabel]
    private let unit: Double
    private let count = Atomic<Int>(0)

    init(labels: [MeterLabel], unit: Double = 1) {
        self.labels = labels
        self.unit = unit
    }

    /// Adds `amount`, which is not negative.
    package func add(_ amount: Int = 1) {
        self.count.wrappingAdd(amount, ordering: .relaxed)
    }

    /// The count so far.
    package var value: Int { self.count.load(ordering: .relaxed) }

    func write(into metrics: inout MetricWriter) {
        metrics.sample(Double(self.value) * self.unit) { labels in
            for label in self.labels { labels.add(label.name, label.value) }
        }
    }
}
