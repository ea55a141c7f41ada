import Telemetry

/// Applies `write_relabel_configs`: once for each series, not for each sample.
///
/// It keeps a second series table for every target, with the labels this receiver is to see.
final class WriteRelabeler {
    final class Target {
        var generation: UInt32
        var table: SeriesTable
        /// By the target's series, the one in `table`, or `dropped`.
        var numbers: [UInt32] = []

        init(of series: borrowing SeriesTable, hash: KeyedHash) {
            self.generation = series.generation
            self.table = SeriesTable(
                source: series.source,
                identity: series.identity,
                generation: 0,
                hash: hash,
            )
        }
    }

    private static let dropped = UInt32.max

    private let rules: Relabeling
    private let hash = KeyedHash()
    private var targets: [UInt64: Target] = [:]
    /// What `apply` left, as series of the target it returned.
    private(set) var batch = SampleBatch()
    private var labels = LabelBuilder()
    private var scratch = Relabeling.Scratch()

    init(_ rules: Relabeling) {
        self.rules = rules
    }

    /// Leaves in `batch` what the rules keep, and returns the target whose series those are.
    func apply(
        to samples: borrowing SampleBatch,
        of series: borrowing SeriesTable,
    ) -> Target {
        let target = self.target(of: series)
        while target.numbers.count < series.count {
            let number = self.relabel(UInt32(target.numbers.count), of: series, for: target)
            target.numbers.appendCompactly(number)
        }
        // Numbers of families are the same in both tables; what is known of them may have changed.
        target.table.families = series.families
        self.batch.reset(timestamp: samples.timestamp)
        var cursor = SampleAttachmentCursor()
        for index in 0..<samples.count {
            let number = target.numbers[Int(samples.series(at: index))]
            if number == Self.dropped { continue }
            self.batch.append(index, of: samples, as: number, &cursor)
        }
        return target
    }

    /// Forgets a target that is gone.
    func forget(source: UInt64) {
        self.targets[source] = nil
    }

    private func target(of series: borrowing SeriesTable) -> Target {
        if let known = self.targets[series.source], known.generation == series.generation {
            return known
        }
        let fresh = Target(of: series, hash: self.hash)
        self.targets[series.source] = fresh
        return fresh
    }

    private func relabel(
        _ number: UInt32,
        of series: borrowing SeriesTable,
        for target: Target,
    ) -> UInt32 {
        series.read(number, into: &self.labels)
        guard self.rules.apply(to: &self.labels, scratch: &self.scratch) == .kept,
            self.labels.count > 0
        else { return Self.dropped }
        self.labels.sort()
        let family = series.family(of: number)
        return target.table.insert(self.labels, family: family)?.series ?? Self.dropped
    }
}
