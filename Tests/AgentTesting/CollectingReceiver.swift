import Bytes
import Pipeline
import Synchronization
package import Telemetry

/// Keeps every sample it is given, as text and bits.
package final class CollectingReceiver: SampleReceiver {
    /// One exemplar.
    package struct Exemplar: Sendable, Hashable {
        /// The labels in protobuf form, one after the other, as text.
        package let labels: String
        /// The value as the bits of a float.
        package let bits: UInt64
        /// Milliseconds since 1970.
        package let time: Int64
    }

    /// One sample.
    package struct Sample: Sendable, Hashable {
        /// The series' labels.
        package let labels: LabelSet
        /// The value as the bits of a float.
        package let bits: UInt64
        /// Milliseconds since 1970.
        package let time: Int64
        /// Since when it counts, in milliseconds since 1970; 0 when that is not known.
        package var start: Int64 = 0
        /// Its exemplars.
        package var exemplars: [Exemplar] = []
        /// What is known of its family; nil when it has none.
        package var family: MetricMetadata?

        /// The value.
        package var value: Double { Double(bitPattern: self.bits) }
        /// The metric's name.
        package var name: String { self.labels["__name__"] ?? "" }
        /// Whether it says that the series has ended.
        package var isStale: Bool { self.bits == SpecialFloat.staleBits }
    }

    private struct State {
        var batches: [[Sample]] = []
        var forgotten: [UInt64] = []
    }

    private let state = Mutex(State())

    /// A receiver that was given nothing yet.
    package init() {}

    /// The samples of each scrape, in order.
    package var batches: [[Sample]] { self.state.withLock(\.batches) }
    /// The targets it was told to forget.
    package var forgotten: [UInt64] { self.state.withLock(\.forgotten) }

    package func receive(_ samples: borrowing SampleBatch, of series: borrowing SeriesTable) {
        var batch: [Sample] = []
        for index in 0..<samples.count {
            batch.append(
                Sample(
                    labels: series.labelSet(of: samples.series(at: index)),
                    bits: samples.bits(at: index),
                    time: samples.time(at: index),
                    start: samples.start(at: index),
                    family: series.families[series.family(of: samples.series(at: index))],
                )
            )
        }
        for exemplar in samples.exemplars {
            batch[exemplar.sample].exemplars.append(
                Exemplar(
                    labels: samples.attachments.span.extracting(exemplar.labels).text,
                    bits: exemplar.bits,
                    time: exemplar.time,
                )
            )
        }
        self.state.withLock { $0.batches.append(batch) }
    }

    package func forget(source: UInt64) {
        self.state.withLock { $0.forgotten.append(source) }
    }

    /// Waits, in real time, until `count` scrapes came; false when that takes too long.
    package func waitForBatches(_ count: Int) async -> Bool {
        await ManualClock.eventually { self.batches.count >= count }
    }
}
