package import Codecs
import Synchronization
package import Telemetry

/// The accounts of all sinks over all containers and files.
///
/// Sinks publish whole accounts, so that what is read here adds up at every moment. A container's
/// entry goes some minutes after its last file was let go of; one that comes under the name of
/// another, as a StatefulSet's do, goes on with its entry, so that no two have the same labels.
package final class LogLedger: Sendable {
    /// What one file holds and how far one sink is in it.
    package struct File: Sendable {
        /// The file.
        package let generation: LogGeneration
        /// What the sink has told of its records.
        fileprivate let published: LogAccount
        /// Below this everything is confirmed.
        package let offset: Int64
        /// From here on nothing was read; nil once what is left is in the account.
        fileprivate let unread: Int64?

        /// What became of its records.
        ///
        /// A sink that is down does not look at its files: that what is left of one was given up is known
        /// here before.
        package var account: LogAccount {
            var account = self.published
            if let unread = self.unreadIfGivenUp {
                let left = self.generation.content.extent(from: unread, size: self.generation.size)
                if left != .init() { account.miss(left, .givenUp) }
            }
            return account
        }

        /// Bytes that are not confirmed yet.
        package var lag: Int64 {
            let size = self.unreadIfGivenUp ?? self.generation.size
            return Int64(self.generation.content.extent(from: self.offset, size: size).bytes)
        }

        private var unreadIfGivenUp: Int64? {
            self.generation.phase == .givenUp ? self.unread : nil
        }
    }

    /// One container, or one file outside containers, and one sink.
    package struct Row: Sendable {
        /// Where the records come from; of several pods of one name, the latest.
        package let origin: LogOrigin
        /// The sink's name.
        package let sink: String
        /// The sum over all files, also those let go of.
        package var total: LogAccount
        /// Files that are not let go of.
        package var files: [File]

        /// Bytes that are not confirmed yet.
        package var lag: Int64 { self.files.reduce(0) { $0 + $1.lag } }
    }

    private struct Key: Hashable, Comparable {
        let namespace: String
        let pod: String
        let container: String
        let path: String
        let sink: String

        init(_ origin: LogOrigin, sink: String) {
            self.namespace = origin.namespace
            self.pod = origin.pod
            self.container = origin.container
            self.path = origin.pathOutsideContainers
            self.sink = sink
        }

        static func < (left: Self, right: Self) -> Bool {
            (left.namespace, left.pod, left.container, left.path, left.sink)
                < (right.namespace, right.pod, right.container, right.path, right.sink)
        }
    }

    /// An object, since a table has room for half as many again, which values would take up.
    private final class Entry {
        var origin: LogOrigin
        var closed = LogAccount()
        /// In the order of their numbers; most of the time there is one.
        private(set) var files: [File] = []
        var emptySince: Int64?

        init(_ origin: LogOrigin) { self.origin = origin }

        func put(_ file: File) {
            let number = file.generation.number
            let place = self.files.firstIndex { $0.generation.number >= number }
            if let place, self.files[place].generation.number == number {
                self.files[place] = file
            } else {
                self.files.insert(file, at: place ?? self.files.count)
            }
        }

        func remove(_ generation: LogGeneration) {
            self.files.removeAll { $0.generation.number == generation.number }
        }
    }

    /// How long a container is shown whose files were all let go of.
    private static let keptNanoseconds: Int64 = 300 * 1_000_000_000

    private let clock: any AgentClock
    private let entries = Mutex<[Key: Entry]>([:])

    /// Makes an empty ledger.
    package init(clock: any AgentClock) {
        self.clock = clock
    }

    /// Replaces a sink's account of one file.
    ///
    /// From `unread` on nothing was read; it is nil once what is left is in the account.
    func publish(
        _ generation: LogGeneration,
        sink: String,
        _ account: LogAccount,
        offset: Int64,
        unread: Int64?,
    ) {
        let file = File(
            generation: generation,
            published: account,
            offset: offset,
            unread: unread,
        )
        self.entries.withLock { entries in
            let entry = Self.entry(of: generation, sink, in: &entries)
            entry.origin = generation.origin
            entry.put(file)
            entry.emptySince = nil
        }
    }

    /// Folds a file's account into its container's: the sink has let go of it.
    func close(_ generation: LogGeneration, sink: String, _ account: LogAccount) {
        let now = self.clock.monotonicNanoseconds
        self.entries.withLock { entries in
            let entry = Self.entry(of: generation, sink, in: &entries)
            entry.remove(generation)
            entry.closed.add(account)
            if entry.files.isEmpty { entry.emptySince = now }
        }
    }

    private static func entry(
        of generation: LogGeneration,
        _ sink: String,
        in entries: inout [Key: Entry],
    ) -> Entry {
        let key = Key(generation.origin, sink: sink)
        if let known = entries[key] { return known }
        let entry = Entry(generation.origin)
        entries[key] = entry
        return entry
    }

    /// Every container and sink, by container.
    package var rows: [Row] {
        let now = self.clock.monotonicNanoseconds
        var rows = self.entries.withLock { entries in
            let past = entries.filter {
                now - ($0.value.emptySince ?? now) >= Self.keptNanoseconds
            }
            for key in past.keys { entries[key] = nil }
            return entries.map { key, entry in
                let row = Row(
                    origin: entry.origin,
                    sink: key.sink,
                    total: entry.closed,
                    files: entry.files,
                )
                return (key, row)
            }
        }
        rows.sort { $0.0 < $1.0 }
        return rows.map { _, row in
            var row = row
            for file in row.files { row.total.add(file.account) }
            return row
        }
    }
}

extension LogLedger: MeterSource {
    package func write(into metrics: inout MetricWriter) {
        let rows = self.rows
        Self.write("read", "Taken from log files", rows, &metrics) { $0.read }
        Self.write("delivered", "Confirmed by the sink", rows, &metrics) { $0.delivered }
        Self.write("filtered", "Left out by rules", rows, &metrics) { $0.filtered }
        Self.write("limited", "Left out by rate limits", rows, &metrics) { $0.limited }
        Self.writeLost(rows, &metrics)
        for (unit, path) in Self.units {
            let help = "Read from log files and not yet confirmed by the sink, in \(unit)."
            metrics.family("martlet_log_ledger_pending_\(unit)", .gauge, help)
            for row in rows {
                let value = row.total.pending[keyPath: path]
                metrics.sample(Double(value)) { Self.label(&$0, row) }
            }
        }
        let help = "Bytes of log files that the sink has not confirmed, read or not."
        metrics.family("martlet_log_ledger_lag_bytes", .gauge, help)
        for row in rows { metrics.sample(Double(row.lag)) { Self.label(&$0, row) } }
    }

    private static var units: [(String, KeyPath<LogAccount.Count, Int>)] {
        [("bytes", \.bytes), ("records", \.records)]
    }

    private static func write(
        _ state: String,
        _ what: String,
        _ rows: [Row],
        _ metrics: inout MetricWriter,
        _ count: (LogAccount) -> LogAccount.Count,
    ) {
        for (unit, path) in Self.units {
            let name = "martlet_log_ledger_\(state)_\(unit)_total"
            metrics.family(name, .counter, "\(what), in \(unit).")
            for row in rows {
                let value = count(row.total)[keyPath: path]
                metrics.sample(Double(value)) { Self.label(&$0, row) }
            }
        }
    }

    private static func writeLost(_ rows: [Row], _ metrics: inout MetricWriter) {
        for (unit, path) in Self.units {
            let help = "Read from log files and lost for good, in \(unit)."
            metrics.family("martlet_log_ledger_lost_\(unit)_total", .counter, help)
            for row in rows {
                for loss in LogAccount.Loss.allCases {
                    guard let count = row.total.lost[loss] else { continue }
                    metrics.sample(Double(count[keyPath: path])) { labels in
                        Self.label(&labels, row, reason: loss.rawValue)
                    }
                }
            }
        }
    }

    /// In the order of the labels' names.
    private static func label(
        _ labels: inout MetricLabels,
        _ row: Row,
        reason: String? = nil,
    ) {
        labels.add("container", row.origin.container)
        labels.add("namespace", row.origin.namespace)
        let path = row.origin.pathOutsideContainers
        if !path.isEmpty { labels.add("path", path) }
        labels.add("pod", row.origin.pod)
        if let reason { labels.add("reason", reason) }
        labels.add("sink", row.sink)
    }
}
