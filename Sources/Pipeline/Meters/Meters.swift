package import Codecs
import Synchronization

/// The agent's own metrics: what drivers count, and what they can be asked for.
///
/// One per agent, injected. Making a meter takes a lock; using one is an atomic add.
package final class Meters: Sendable {
    private struct Family {
        let name: String
        let type: MetricType
        let help: String
        var series: [any MeterSeries] = []
        /// By labels, the place in `series`.
        var places: [[MeterLabel]: Int] = [:]
    }

    private struct State {
        var families: [String: Family] = [:]
        var sources: [Int: any MeterSource] = [:]
        var nextSource = 0
    }

    private let state = Mutex(State())

    /// Makes an empty set.
    package init() {}

    /// A counter; the same name and labels give the same counter.
    package func counter(
        _ name: String,
        _ help: String,
        _ labels: [MeterLabel] = [],
    ) -> Counter {
        self.series(name, .counter, help, labels) { Counter(labels: labels) }
    }

    /// A counter of seconds to which nanoseconds are added.
    package func secondsCounter(
        _ name: String,
        _ help: String,
        _ labels: [MeterLabel] = [],
    ) -> Counter {
        self.series(name, .counter, help, labels) { Counter(labels: labels, unit: 1e-9) }
    }

    /// A counter of numbers that may have fractions.
    package func sum(
        _ name: String,
        _ help: String,
        _ labels: [MeterLabel] = [],
    ) -> Sum {
        self.series(name, .counter, help, labels) { Sum(labels: labels) }
    }

    /// A gauge; the same name and labels give the same gauge.
    package func gauge(
        _ name: String,
        _ help: String,
        _ labels: [MeterLabel] = [],
    ) -> Gauge {
        self.series(name, .gauge, help, labels) { Gauge(labels: labels) }
    }

    /// A histogram over fixed upper bounds; the same name and labels give the same histogram.
    package func histogram(
        _ name: String,
        _ help: String,
        bounds: [Double] = Histogram.defaultBounds,
        _ labels: [MeterLabel] = [],
    ) -> Histogram {
        self.series(name, .histogram, help, labels) { Histogram(bounds: bounds, labels: labels) }
    }

    /// A summary of the newest observations; the same name and labels give the same summary.
    package func summary(
        _ name: String,
        _ help: String,
        quantiles: [Double] = Summary.scrapeQuantiles,
        _ labels: [MeterLabel] = [],
    ) -> Summary {
        self.series(name, .summary, help, labels) { Summary(quantiles: quantiles, labels: labels) }
    }

    /// Asks `source` for its families at every collection, for what lives elsewhere already.
    ///
    /// - Returns: What `detach(_:)` takes; a source that stays as long as the agent needs none.
    @discardableResult
    package func attach(_ source: any MeterSource) -> Int {
        self.state.withLock { state in
            state.nextSource += 1
            state.sources[state.nextSource] = source
            return state.nextSource
        }
    }

    /// Lets go of a source: what it described is gone.
    package func detach(_ attachment: Int) {
        self.state.withLock { $0.sources[attachment] = nil }
    }

    /// Writes every family.
    package func write(into metrics: inout MetricWriter) {
        let (families, sources) = self.state.withLock { ($0.families, $0.sources) }
        for family in families.values {
            metrics.family(family.name, family.type, family.help)
            for series in family.series { series.write(into: &metrics) }
        }
        for source in sources.values { source.write(into: &metrics) }
    }

    private func series<Series: MeterSeries>(
        _ name: String,
        _ type: MetricType,
        _ help: String,
        _ labels: [MeterLabel],
        _ make: () -> Series,
    ) -> Series {
        self.state.withLock { state in
            if let family = state.families[name], let place = family.places[labels],
                let known = family.series[place] as? Series
            {
                return known
            }
            let fresh = make()
            // Changed in place: a family may have a series for each of many jobs.
            let family = Family(name: name, type: type, help: help)
            let place = state.families[name]?.series.count ?? 0
            state.families[name, default: family].series.append(fresh)
            state.families[name]?.places[labels] = place
            return fresh
        }
    }
}

/// One label of the agent's own metrics.
package struct MeterLabel: Sendable, Hashable {
    /// The label's name.
    package let name: String
    /// The label's value.
    package let value: String

    /// Pairs a name with a value; give several in the order of their names.
    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

/// Something that can write families of its own at a collection.
package protocol MeterSource: Sendable {
    /// Writes the families; called on the collectors' thread.
    func write(into metrics: inout MetricWriter)
}

/// One series of a family.
protocol MeterSeries: Sendable {
    var labels: [MeterLabel] { get }
    func write(into metrics: inout MetricWriter)
}
