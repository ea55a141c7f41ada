import Bytes
import Codecs
package import Pipeline
package import Telemetry

/// Reads the bodies of all targets, one after the other on a thread of its own, and hands the
/// samples to the receivers.
package actor ScrapeIngester: MetadataProvider {
    /// One scrape's body and circumstances.
    package struct Arrival: Sendable {
        /// Milliseconds since 1970 for samples without a time of their own.
        package var timestamp: Int64
        /// When the scrape began, in monotonic nanoseconds.
        package var start: Int64
        /// The body, or why there is none.
        package var body: Result<ScrapeBody, ScrapeFailure>

        /// Describes a scrape.
        package init(timestamp: Int64, start: Int64, body: Result<ScrapeBody, ScrapeFailure>) {
            self.timestamp = timestamp
            self.start = start
            self.body = body
        }
    }

    /// What came of a scrape.
    package struct Report: Sendable {
        /// What was counted.
        package var counts = ScrapeCounts()
        /// Why the scrape failed.
        package var failure: ScrapeFailure?
        /// How long it took, reading the body included.
        package var duration = Duration.zero
        /// Bytes of the body.
        package var bodySize = 0
        /// Bytes of memory that are held for the target.
        package var footprint = 0
        /// CPU time of reading the body and encoding the samples.
        package var cpu = Duration.zero
        /// Metric families that are known of the target.
        package var families = 0
        /// Bytes of their names, help and units.
        package var familyBytes = 0
        /// Different series since `series_limit` began to count; 0 without it.
        package var windowSeries = 0
    }

    private final class Entry {
        var series: TargetSeries
        let rules: SeriesRules
        let timeout: Duration
        /// CPU time of pieces of a body that is not at its end yet, in nanoseconds.
        var cpu: Int64 = 0
        private var knownFamilies = 0
        private var familyBytes = 0

        init(
            _ source: UInt64,
            _ identity: UInt64,
            _ rules: SeriesRules,
            _ timeout: Duration,
            _ hash: KeyedHash,
        ) {
            self.series = TargetSeries(source: source, identity: identity, hash: hash)
            if rules.seriesLimit > 0 {
                self.series.limiter = SeriesLimiter(limit: rules.seriesLimit)
            }
            self.rules = rules
            self.timeout = timeout
        }

        /// The CPU time that is not reported yet.
        func takeCPU() -> Int64 {
            defer { self.cpu = 0 }
            return self.cpu
        }

        /// Says what is held for the target.
        func describe(_ report: inout Report) {
            let families = self.series.table.families.all
            if families.count != self.knownFamilies {
                self.knownFamilies = families.count
                self.familyBytes = families.reduce(0) {
                    $0 + $1.family.utf8.count + $1.help.utf8.count + $1.unit.utf8.count
                }
            }
            report.families = families.count
            report.familyBytes = self.familyBytes
            report.footprint = self.series.footprint
            report.windowSeries = self.series.limiter?.count ?? 0
        }
    }

    private nonisolated let executor: ThreadExecutor
    private let receivers: [any SampleReceiver]
    private let clock: any AgentClock
    private let hash = KeyedHash()
    private var entries: [UInt64: Entry] = [:]
    private var nextSource: UInt64 = 0
    private var scratch = ScrapeScratch()
    /// By target, the body that is being read in pieces.
    private var largeBodies: [UInt64: LargeBody] = [:]
    /// Keeps the number of those within `LargeBody.limit`.
    nonisolated let turnstile = Turnstile(limit: LargeBody.limit)
    private let heap = Heap()
    /// Whether tables shrank since the heap was trimmed.
    private var hasFreed = false

    /// Makes an ingester that works on `executor`'s thread.
    package init(
        receivers: [any SampleReceiver],
        clock: any AgentClock,
        executor: ThreadExecutor,
    ) {
        self.receivers = receivers
        self.clock = clock
        self.executor = executor
    }

    package nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe self.executor.asUnownedSerialExecutor()
    }

    /// Makes room for a target and returns the number it is known by.
    ///
    /// `identity` is what `SeriesTable.identity` says.
    package func add(_ rules: SeriesRules, identity: UInt64, timeout: Duration) -> UInt64 {
        let source = self.nextSource
        self.nextSource += 1
        let entry = Entry(source, identity, rules, timeout, self.hash)
        entry.series.makeReport(rules, &self.scratch.labeler)
        self.entries[source] = entry
        return source
    }

    /// Reads a piece of a body that goes on; false when no more is wanted.
    ///
    /// The last piece comes with `ingest`, as does the reason why there is none.
    package func take(_ piece: ScrapeBody, at timestamp: Int64, for source: UInt64) -> Bool {
        guard let entry = self.entries[source] else { return false }
        let cpu = ThreadClock.cpuNanoseconds
        defer { entry.cpu += ThreadClock.cpuNanoseconds - cpu }
        if let body = self.largeBodies[source] {
            return Self.take(piece, isLast: false, body, entry)
        }
        entry.series.beginWindow(at: timestamp)
        entry.series.begin(piece.format)
        let body = LargeBody(piece.format, now: timestamp, entry.series)
        self.largeBodies[source] = body
        return Self.take(piece, isLast: false, body, entry)
    }

    private static func take(
        _ piece: ScrapeBody,
        isLast: Bool,
        _ body: LargeBody,
        _ entry: Entry,
    ) -> Bool {
        body.take(piece.payload.bytes, isLast: isLast, &entry.series, entry.rules)
    }

    /// Reads a body, or takes note that there is none, and hands on what is to be stored.
    package func ingest(_ arrival: Arrival, for source: UInt64) -> Report {
        guard let entry = self.entries[source] else { return Report() }
        let cpu = ThreadClock.cpuNanoseconds
        var report = Report()
        if let body = self.largeBodies.removeValue(forKey: source) {
            switch arrival.body {
            case .success(let piece): _ = Self.take(piece, isLast: true, body, entry)
            case .failure(let failure): body.abort(failure)
            }
            report.failure = body.failure
            report.bodySize = body.count
            self.conclude(&report, body.intake, arrival, entry, &body.scratch)
            self.hasFreed = true
        } else {
            entry.series.beginWindow(at: arrival.timestamp)
            self.scratch.reset(timestamp: arrival.timestamp)
            let intake = Self.read(arrival, entry, &self.scratch, &report)
            self.conclude(&report, intake, arrival, entry, &self.scratch)
        }
        entry.describe(&report)
        report.cpu = .nanoseconds(entry.takeCPU() + ThreadClock.cpuNanoseconds - cpu)
        if self.hasFreed, self.heap.trim(now: self.clock.monotonicNanoseconds) {
            self.hasFreed = false
        }
        return report
    }

    /// Forgets what was read of a body that will not be finished.
    package func abandon(_ source: UInt64) {
        self.largeBodies[source] = nil
    }

    /// Reads a whole body; nil when there is none.
    private static func read(
        _ arrival: Arrival,
        _ entry: Entry,
        _ scratch: inout ScrapeScratch,
        _ report: inout Report,
    ) -> ScrapeIntake? {
        switch arrival.body {
        case .failure(let failure):
            report.failure = failure
            return nil
        case .success(let body):
            report.bodySize = body.payload.bytes.count
            entry.series.begin(body.format)
            var reader = BodyReader(body.format, now: arrival.timestamp, hash: entry.series.hash)
            do throws(ScrapeFailure) {
                try Self.read(body.payload.bytes, &reader, entry, &scratch)
            } catch {
                report.failure = error
            }
            return reader.intake
        }
    }

    /// Counts the series that the last scrape of a target had, on top of what was counted before.
    package func count(_ source: UInt64, on top: Cardinality) -> Cardinality {
        var cardinality = top
        guard let entry = self.entries[source] else { return cardinality }
        cardinality.add(entry.series.table, self.hash) { number in
            entry.series.wasSeenBefore(entry.series.seen[Int(number)])
        }
        return cardinality
    }

    private static func read(
        _ bytes: borrowing OutputBuffer,
        _ reader: inout BodyReader,
        _ entry: Entry,
        _ scratch: inout ScrapeScratch,
    ) throws(ScrapeFailure) {
        _ = try reader.read(
            bytes.span,
            isLast: true,
            into: &entry.series,
            &scratch,
            rules: entry.rules,
        )
        try reader.finish(&entry.series, &scratch, rules: entry.rules)
    }

    /// Adds what a scrape says of itself, and hands all of it on.
    private func conclude(
        _ report: inout Report,
        _ intake: ScrapeIntake?,
        _ arrival: Arrival,
        _ entry: Entry,
        _ scratch: inout ScrapeScratch,
    ) {
        // A body that can't be read is told of as far as it was.
        if let intake { report.counts = intake.counts }
        if report.failure != nil {
            scratch.reset(timestamp: arrival.timestamp)
            entry.series.fail(&scratch.batch)
        } else if let intake, entry.series.noteBody(isUnchanged: intake.isUnchanged) {
            self.hasFreed = true
        }
        report.duration = .nanoseconds(self.clock.monotonicNanoseconds - arrival.start)
        entry.series.appendReport(report, entry.rules, entry.timeout, to: &scratch.batch)
        self.deliver(scratch.batch, entry)
        // Only now: until here the batch holds the numbers of the tables as they were.
        entry.series.compactIfWorthwhile()
    }

    /// Writes markers that end a target's series, and forgets it.
    package func expire(_ source: UInt64, timestamp: Int64) {
        guard let entry = self.entries[source] else { return }
        self.scratch.batch.reset(timestamp: timestamp)
        entry.series.expire(&self.scratch.batch)
        self.deliver(self.scratch.batch, entry)
        self.remove(source)
    }

    /// Forgets a target without a word to the receivers.
    package func remove(_ source: UInt64) {
        self.entries[source] = nil
        self.largeBodies[source] = nil
        for receiver in self.receivers { receiver.forget(source: source) }
    }

    package func metadata() -> [MetricMetadata] {
        var families: [String: MetricMetadata] = [:]
        for entry in self.entries.values {
            for family in entry.series.table.families.all where families[family.family] == nil {
                families[family.family] = family
            }
        }
        return families.values.sorted { $0.family < $1.family }
    }

    /// The families of one target, sorted by name.
    package func metadata(of source: UInt64) -> [MetricMetadata] {
        self.entries[source]?.series.table.families.all.sorted { $0.family < $1.family } ?? []
    }

    private func deliver(_ batch: borrowing SampleBatch, _ entry: Entry) {
        for receiver in self.receivers { receiver.receive(batch, of: entry.series.table) }
    }
}
