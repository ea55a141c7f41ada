import Codecs
import Synchronization

/// A value that goes up and down.
package final class Gauge: MeterSeries {
    let labels: [MeterLabel]
    private let bits = Atomic<UInt64>(0)

    init(labels: [MeterLabel]) { self.labels = labels }

    /// Replaces the value.
    package func set(_ value: Double) {
        self.bits.store(value.bitPattern, ordering: .relaxed)
    }

    /// Moves the value by `amount`, for what several hold a share of.
    package func add(_ amount: Double) {
        var known = self.bits.load(ordering: .relaxed)
        while true {
            let value = (Double(bitPattern: known) + amount).bitPattern
            let (isDone, found) = self.bits.weakCompareExchange(
                expected: known,
                desired: value,
                ordering: .relaxed,
            )
            if isDone { return }
            known = found
        }
    }

    /// The value last set.
    package var value: Double { Double(bitPattern: self.bits.load(ordering: .relaxed)) }

    func write(into metrics: inout MetricWriter) {
        metrics.sample(self.value) { labels in
            for label in self.labels { labels.add(label.name, label.value) }
        }
    }
}
