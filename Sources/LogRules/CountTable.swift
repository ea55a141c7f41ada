import Pipeline
import Synchronization
import Telemetry

/// The metrics of one step, for each sink.
final class CountTables: Sendable {
    private let make: @Sendable (String) -> CountTable
    private let tables = Mutex<[String: CountTable]>([:])

    init(_ options: CountStep.Options, _ meters: Meters) {
        self.make = { sink in CountTable(options, sink: sink, meters) }
    }

    /// What is counted on the way to a sink.
    func table(for sink: String) -> CountTable {
        self.tables.withLock { tables in
            if let known = tables[sink] { return known }
            let table = self.make(sink)
            tables[sink] = table
            return table
        }
    }
}

/// The series of one step on the way to one sink, shared by the workers of all containers.
final class CountTable: Sendable {
    /// What is counted under one combination of labels.
    enum Series: Sendable {
        case counter(Counter)
        case sum(Sum)
        case histogram(Histogram)

        func add(_ amount: Double) {
            switch self {
            case .counter(let counter): counter.add()
            case .sum(let sum): sum.add(amount)
            case .histogram(let histogram): histogram.observe(amount)
            }
        }
    }

    /// For the workers' own tables.
    let hash = KeyedHash()
    /// Where records go whose labels come too late.
    let overflow: Series
    /// Whether numbers below zero have a place.
    let takesNegative: Bool

    private let options: CountStep.Options
    private let sink: String
    private let meters: Meters
    private let known = Mutex<[UInt64: Series]>([:])

    init(_ options: CountStep.Options, sink: String, _ meters: Meters) {
        self.options = options
        self.sink = sink
        self.meters = meters
        self.takesNegative = !options.buckets.isEmpty
        let overflow = meters.counter(
            "martlet_log_count_overflow_total",
            "Records that a count step had no series for, since `series_limit` was reached.",
            [MeterLabel("name", options.name), MeterLabel("sink", sink)],
        )
        self.overflow = .counter(overflow)
    }

    /// The series of a combination of labels; nil when there are too many.
    func series(_ hash: UInt64, _ values: () -> [String]) -> Series? {
        self.known.withLock { known in
            if let series = known[hash] { return series }
            if known.count >= self.options.seriesLimit { return nil }
            let series = self.make(values())
            known[hash] = series
            return series
        }
    }

    private func make(_ values: [String]) -> Series {
        var labels = zip(self.options.labels, values).map { MeterLabel($0.label, $1) }
        labels.append(MeterLabel("name", self.options.name))
        labels.append(MeterLabel("sink", self.sink))
        labels.sort { $0.name < $1.name }
        guard let metric = self.options.metric else {
            return .counter(
                self.meters.counter(
                    "martlet_log_match_total",
                    "Records that a count step counted.",
                    labels,
                )
            )
        }
        let name = CountStep.Options.prefix + metric
        let help = "Made of logs by a count step."
        if !self.options.buckets.isEmpty {
            let bounds = self.options.buckets
            return .histogram(self.meters.histogram(name, help, bounds: bounds, labels))
        }
        return self.options.value == nil
            ? .counter(self.meters.counter(name, help, labels))
            : .sum(self.meters.sum(name, help, labels))
    }
}
