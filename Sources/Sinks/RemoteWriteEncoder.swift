import Bytes
import Codecs
import Pipeline
import Synchronization
import Telemetry

/// Which version of remote write a receiver is sent.
///
/// Begins with the configured one. A receiver that answers 415, or 2xx without a word of what it has
/// written, does not know 2.0: from then on it is sent 1.0, for as long as the process lives.
final class RemoteWriteVersion: Sendable {
    private let isSecond: Atomic<Bool>

    init(_ message: RemoteWriteOptions.Message) {
        self.isSecond = Atomic(message == .second)
    }

    /// The format that requests are written in now.
    var format: SampleBlock.Format {
        self.isSecond.load(ordering: .relaxed) ? .remoteWrite2 : .remoteWrite1
    }

    /// Goes back to 1.0.
    func fallBack() { self.isSecond.store(false, ordering: .relaxed) }
}

/// Writes requests of either version as snappy blocks; a request is of one version as a whole.
final class RemoteWriteEncoder: SampleEncoder {
    private let version: RemoteWriteVersion
    private let filter: RemoteWriteFilter
    private var first = SnappyStream()
    /// Made when it is needed: most receivers are sent 1.0.
    private var second: RemoteWriteV2?
    /// The format of the request that is being written; nil before its first sample.
    private var format: SampleBlock.Format?

    init(_ version: RemoteWriteVersion, filter: RemoteWriteFilter) {
        self.version = version
        self.filter = filter
    }

    var uncompressedCount: Int {
        self.format == .remoteWrite2
            ? self.second?.uncompressedCount ?? 0 : self.first.uncompressedCount
    }

    func append(
        _ samples: borrowing SampleBatch,
        _ range: Range<Int>,
        of series: borrowing SeriesTable,
        limit: Int,
    ) -> (next: Int, counts: SampleCounts) {
        let format = self.format ?? self.version.format
        self.format = format
        var tally = RemoteWriteTally()
        var next = range.upperBound
        switch format {
        case .remoteWrite1:
            next = RemoteWriteV1.append(
                samples,
                range,
                of: series,
                filter: self.filter,
                to: &self.first,
                limit: limit,
                counting: &tally,
            )
        case .remoteWrite2:
            if self.second == nil { self.second = RemoteWriteV2(filter: self.filter) }
            next =
                self.second?.append(samples, range, of: series, limit: limit, counting: &tally)
                ?? next
        }
        return (next, SampleCounts(tally))
    }

    func finish(into payload: Payload) -> SampleBlock.Format {
        let format = self.format ?? self.version.format
        self.format = nil
        switch format {
        case .remoteWrite1: self.first.finish(into: &payload.bytes)
        case .remoteWrite2: self.second?.finish(into: &payload.bytes)
        }
        return format
    }
}

extension SampleCounts {
    /// What an encoder of remote write has put into a body.
    init(_ tally: RemoteWriteTally) {
        self.init(
            samples: tally.samples,
            histograms: tally.histograms,
            exemplars: tally.exemplars,
        )
        self.droppedHistograms = tally.customHistograms
        self.unwantedHistograms = tally.unwantedHistograms
    }
}
