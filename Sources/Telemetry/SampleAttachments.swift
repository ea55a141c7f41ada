import Bytes

/// A trace's mark on a sample.
public struct SampleExemplar: Sendable, Hashable {
    /// The place of its sample in the batch.
    public let sample: Int
    /// The value as the bits of a float.
    public let bits: UInt64
    /// Milliseconds since 1970.
    public let time: Int64
    /// Where its labels are in the batch's `attachments`: sorted, each as in `LabelTable.encoded`.
    public let labels: Range<Int>
}

/// What makes a sample a native histogram.
public struct SampleHistogram: Sendable, Hashable {
    /// The place of its sample in the batch.
    public let sample: Int
    /// Where the message is in the batch's `attachments`: the fields 1 to 14 and 16 of remote
    /// write's `Histogram`, which both versions share; times are written by who sends it.
    public let message: Range<Int>
    /// Whether its buckets have bounds of their own (schema -53), which 1.0 can't carry.
    public let isCustom: Bool
}

extension SampleBatch {
    /// Makes the last sample appended a native histogram; `message` is as in `SampleHistogram`.
    public mutating func attachHistogram(_ message: borrowing Span<UInt8>, isCustom: Bool) {
        let start = self.attachments.count
        self.attachments.append(message)
        self.histograms.append(
            SampleHistogram(
                sample: self.count - 1,
                message: start..<self.attachments.count,
                isCustom: isCustom,
            )
        )
    }

    /// Adds an exemplar to the last sample appended; `labels` is as in `SampleExemplar`.
    public mutating func attachExemplar(
        _ labels: borrowing Span<UInt8>,
        bits: UInt64,
        time: Int64,
    ) {
        let start = self.attachments.count
        self.attachments.append(labels)
        self.exemplars.append(
            SampleExemplar(
                sample: self.count - 1,
                bits: bits,
                time: time,
                labels: start..<self.attachments.count,
            )
        )
    }

    /// Appends the n-th sample of another batch under a series' number, with all that it has.
    ///
    /// `cursor` is one of the other batch; go through its samples in order.
    public mutating func append(
        _ index: Int,
        of other: borrowing SampleBatch,
        as series: UInt32,
        _ cursor: inout SampleAttachmentCursor,
    ) {
        self.append(series: series, bits: other.bits(at: index), time: other.time(at: index))
        if other.hasStarts { self.setStart(other.start(at: index), at: self.count - 1) }
        let bytes = other.attachments.span
        if let histogram = cursor.histogram(of: index, in: other) {
            self.attachHistogram(bytes.extracting(histogram.message), isCustom: histogram.isCustom)
        }
        for place in cursor.exemplars(of: index, in: other) {
            let exemplar = other.exemplars[place]
            self.attachExemplar(
                bytes.extracting(exemplar.labels),
                bits: exemplar.bits,
                time: exemplar.time,
            )
        }
    }
}

/// Finds the attachments of a batch's samples while these are gone through in order.
public struct SampleAttachmentCursor: Sendable {
    private var nextExemplar = 0
    private var nextHistogram = 0

    /// Stands at the first sample.
    public init() {}

    /// The histogram that a sample is, if it is one; samples that were passed over are forgotten.
    public mutating func histogram(
        of sample: Int,
        in batch: borrowing SampleBatch,
    ) -> SampleHistogram? {
        while self.nextHistogram < batch.histograms.count {
            let histogram = batch.histograms[self.nextHistogram]
            if histogram.sample > sample { return nil }
            self.nextHistogram += 1
            if histogram.sample == sample { return histogram }
        }
        return nil
    }

    /// The places in `exemplars` of a sample's; samples that were passed over are forgotten.
    public mutating func exemplars(
        of sample: Int,
        in batch: borrowing SampleBatch,
    ) -> Range<Int> {
        let exemplars = batch.exemplars
        while self.nextExemplar < exemplars.count, exemplars[self.nextExemplar].sample < sample {
            self.nextExemplar += 1
        }
        let start = self.nextExemplar
        while self.nextExemplar < exemplars.count, exemplars[self.nextExemplar].sample == sample {
            self.nextExemplar += 1
        }
        return start..<self.nextExemplar
    }
}
