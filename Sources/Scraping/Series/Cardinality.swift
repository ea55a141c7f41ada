import Bytes
import Telemetry

/// Which labels and metrics make the series of one or more targets.
///
/// Counted when somebody asks, from the tables that are there anyway; nothing is kept for it.
package struct Cardinality: Sendable {
    /// One label name.
    package struct Label: Sendable, Hashable {
        /// The name.
        package let name: String
        /// Different values.
        package var values: Int
        /// Series that have it.
        package var series: Int
    }

    /// The most series that are looked at for one request: about half a second's work.
    package static let seriesLimit = 1_000_000
    /// The most different values that are told apart.
    package static let valueLimit = 4_000_000

    /// Series that were looked at.
    package private(set) var series = 0
    /// Whether all were.
    package private(set) var isComplete = true
    private var labelSeries: [String: Int] = [:]
    private var labelValues: [String: Set<UInt64>] = [:]
    private var metrics: [String: Int] = [:]
    private var values = 0

    /// Nothing is counted yet.
    package init() {}

    /// The label names with the most different values.
    package func labelsByValues(_ count: Int) -> [Label] {
        self.labels.sorted { ($1.values, $0.name) < ($0.values, $1.name) }.prefix(count).map(\.self)
    }

    /// The label names that the most series have.
    package func labelsBySeries(_ count: Int) -> [Label] {
        self.labels.sorted { ($1.series, $0.name) < ($0.series, $1.name) }.prefix(count).map(\.self)
    }

    /// The metrics with the most series.
    package func metricsBySeries(_ count: Int) -> [(name: String, series: Int)] {
        self.metrics.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(count)
            .map { (name: $0.key, series: $0.value) }
    }

    private var labels: [Label] {
        self.labelSeries.map { name, series in
            Label(name: name, values: self.labelValues[name]?.count ?? 0, series: series)
        }
    }

    /// Counts the series of a table that `isAlive` says are there.
    mutating func add(
        _ table: borrowing SeriesTable,
        _ hash: KeyedHash,
        where isAlive: (UInt32) -> Bool,
    ) {
        var counts = [Int](repeating: 0, count: table.labels.count)
        for number in 0..<UInt32(table.count) where isAlive(number) {
            if self.series >= Self.seriesLimit {
                self.isComplete = false
                break
            }
            self.series += 1
            let range = table.pairRange(of: number)
            var place = range.lowerBound
            while place < range.upperBound { counts[Int(table.nextPair(&place))] += 1 }
        }
        let text = table.labels.encoded.span
        for pair in 0..<UInt32(table.labels.count) where counts[Int(pair)] > 0 {
            let parts = table.labels.parts(of: pair)
            let name = text.extracting(parts.name).text
            self.labelSeries[name, default: 0] += counts[Int(pair)]
            if name == "__name__" {
                self.metrics[text.extracting(parts.value).text, default: 0] += counts[Int(pair)]
            }
            if self.values >= Self.valueLimit {
                self.isComplete = false
                continue
            }
            let value = hash(text, from: parts.value.lowerBound, count: parts.value.count)
            if self.labelValues[name, default: []].insert(value).inserted { self.values += 1 }
        }
    }
}
