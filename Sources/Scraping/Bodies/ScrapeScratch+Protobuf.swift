import Bytes
import Codecs
import Telemetry

extension ProtobufScratch {
    /// Makes the native part of the metric, which is a classic histogram.
    mutating func convert() throws(NativeHistogram.Flaw) {
        let isGauge = self.message.native.isGauge
        self.classic.removeAll()
        try self.classic.setCount(self.message.count)
        self.classic.setSum(Double(bitPattern: self.message.sumBits))
        for place in self.message.buckets.indices {
            let bucket = self.message.buckets[place]
            try self.classic.setBucket(bound: bucket.bound, count: bucket.count)
        }
        try self.classic.convert(into: &self.message.native)
        self.message.native.isGauge = isGauge
    }
}

extension ScrapeScratch {
    /// Reads the labels of a new series into the labeler: name, labels, bound or quantile.
    mutating func readLabels(
        of name: borrowing Span<UInt8>,
        _ part: ProtobufBodyReader.Part,
        _ bytes: borrowing Span<UInt8>,
    ) throws(ProtobufError) {
        self.labeler.labels.removeAll()
        let nameRange = self.labeler.labels.append("__name__")
        let start = self.labeler.labels.text.count
        self.labeler.labels.text.append(name)
        var bound: (label: String, value: Double)?
        switch part {
        case .value: break
        case .count: self.labeler.labels.text.append("_count")
        case .sum: self.labeler.labels.text.append("_sum")
        case .bucket(let value):
            self.labeler.labels.text.append("_bucket")
            bound = ("le", value)
        case .quantile(let value): bound = ("quantile", value)
        }
        let end = self.labeler.labels.text.count
        self.labeler.labels.add(LabelBuilder.Entry(name: nameRange, value: start..<end))
        try self.protobuf.message.readLabels(of: bytes, into: &self.labeler.labels)
        guard let bound else { return }
        let label = self.labeler.labels.append(bound.label)
        self.labeler.labels.text.append(openMetricsFloat: bound.value)
        let value = label.upperBound..<self.labeler.labels.text.count
        self.labeler.labels.add(LabelBuilder.Entry(name: label, value: value))
    }
}

/// What samples have besides a value, on its way into the batch.
extension ProtobufScratch {
    /// Makes the last sample the native histogram that the metric holds.
    mutating func attachHistogram(to batch: inout SampleBatch) {
        self.histogram.removeAll()
        HistogramWriter.append(self.message.native, to: &self.histogram)
        batch.attachHistogram(self.histogram.span, isCustom: self.message.native.isCustom)
    }

    /// Finds a native histogram's exemplars, in the order of their times.
    ///
    /// Those without a time are left out: it can't be said which of them are new. If there are none
    /// besides the classic buckets', those are taken.
    mutating func findExemplars(in bytes: borrowing Span<UInt8>) throws(ProtobufError) {
        self.exemplars.removeAll(keepingCapacity: true)
        for place in self.message.exemplars.indices {
            try self.note(self.message.exemplars[place], of: bytes)
        }
        if !self.message.exemplars.isEmpty { return }
        for place in self.message.buckets.indices {
            guard let exemplar = self.message.buckets[place].exemplar else { continue }
            try self.note(exemplar, of: bytes)
        }
    }

    /// Notes an exemplar if it has a time, behind those that are older.
    private mutating func note(
        _ range: Range<Int>,
        of bytes: borrowing Span<UInt8>,
    ) throws(ProtobufError) {
        guard let time = try MetricMessage.time(ofExemplar: range, bytes),
            self.exemplars.count < MetricMessage.exemplarLimit
        else { return }
        var place = self.exemplars.count
        while place > 0, self.exemplars[place - 1].time > time { place -= 1 }
        self.exemplars.insert((time, range), at: place)
    }
}
