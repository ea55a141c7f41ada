import Bytes
import Pipeline
import Synchronization
package import Telemetry

/// Keeps every sample it is given, as text and bits.
package final class CollectingReceiver: SampleReceiver {
    /// One exemplar.
    package struct Exemplar: Sendable, Hashable {
        /// The labels.
        package let labels: LabelSet
        /// The value as the bits of a float.
        package let bits: UInt64
        /// Milliseconds since 1970.
        package let time: Int64

        /// Describes an exemplar.
        package init(labels: LabelSet, bits: UInt64, time: Int64) {
            self.labels = labels
            self.bits = bits
            self.time = time
        }
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
        /// Remote write's message, if it is a native histogram.
        package var histogram: [UInt8]?
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
                    labels: Self.labels(samples.attachments.span.extracting(exemplar.labels)),
                    bits: exemplar.bits,
                    time: exemplar.time,
                )
            )
        }
        for histogram in samples.histograms {
            batch[histogram.sample].histogram =
                samples.attachments.span.extracting(histogram.message).array
        }
        self.state.withLock { $0.batches.append(batch) }
    }

    private static func labels(_ encoded: borrowing Span<UInt8>) -> LabelSet {
        var labels = LabelSet()
        var offset = 0
        while offset < encoded.count {
            let parts = LabelTable.nextParts(encoded, &offset)
            labels[encoded.extracting(parts.name).text] = encoded.extracting(parts.value).text
        }
        return labels
    }

    package func forget(source: UInt64) {
        self.state.withLock { $0.forgotten.append(source) }
    }

    /// Waits, in real time, until `count` scrapes came; false when that takes too long.
    package func waitForBatches(_ count: Int) async -> Bool {
        await ManualClock.eventually { self.batches.count >= count }
    }
}
