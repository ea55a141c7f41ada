import Bytes
import Codecs
import Telemetry

/// Reads bodies of protobuf `MetricFamily` messages.
///
/// A series is known by the hash of its family's name, of its labels as they are written, and of what
/// it is in its metric: the value, the count, the sum, a bucket or quantile. So the labels of a known
/// series are not read. Source: Prometheus, `model/textparse/protobufparse.go`.
struct ProtobufBodyReader {
    /// What a series is in its metric.
    enum Part {
        case value
        case count
        case sum
        case bucket(bound: Double)
        case quantile(Double)
    }

    private var decoder = MetricFamilyDecoder()
    /// Bytes of the body before those that are being read, for messages.
    private var before = 0
    /// The family's name.
    private(set) var name: [UInt8] = []
    private(set) var nameHash: UInt64 = 0
    private var type = MetricFamilyType.untyped
    /// The hash of the metric's family and labels.
    private var metricHash: UInt64 = 0

    /// Reads a piece, as `BodyReader` says.
    mutating func read(
        _ bytes: borrowing Span<UInt8>,
        _ isLast: Bool,
        _ intake: inout ScrapeIntake,
        _ series: inout TargetSeries,
        _ scratch: inout ScrapeScratch,
        _ rules: borrowing SeriesRules,
    ) throws(ScrapeFailure) -> Int {
        var offset = 0
        while true {
            let event: MetricFamilyEvent
            do throws(ProtobufError) {
                event = try self.decoder.next(bytes, from: &offset, isComplete: isLast)
            } catch {
                throw self.failure(error)
            }
            switch event {
            case .family(let header):
                try self.begin(header, bytes, &intake, &series, &scratch)
            case .metric(let range):
                try self.read(range, bytes, &intake, &series, &scratch, rules)
            case .help(let range): self.describe(.help, range, bytes, &intake, &series, &scratch)
            case .unit(let range): self.describe(.unit, range, bytes, &intake, &series, &scratch)
            case .end, .incomplete:
                self.before += offset
                return offset
            }
        }
    }

    func failure(_ error: ProtobufError) -> ScrapeFailure {
        ScrapeFailure(.parse, error.moved(by: self.before).description)
    }

    /// Makes what follows a family's metrics.
    mutating func enter(
        _ header: MetricFamilyHeader,
        _ bytes: borrowing Span<UInt8>,
        _ hash: KeyedHash,
    ) {
        self.name.removeAll(keepingCapacity: true)
        for place in header.name { self.name.append(bytes[place]) }
        self.nameHash = hash(bytes, from: header.name.lowerBound, count: header.name.count)
        self.type = header.type
    }

    // MARK: Metrics

    private mutating func read(
        _ range: Range<Int>,
        _ bytes: borrowing Span<UInt8>,
        _ intake: inout ScrapeIntake,
        _ series: inout TargetSeries,
        _ scratch: inout ScrapeScratch,
        _ rules: borrowing SeriesRules,
    ) throws(ScrapeFailure) {
        do throws(ProtobufError) {
            try scratch.protobuf.message.read(
                range,
                of: bytes,
                self.type,
                wantsNative: rules.histograms.scrapesNative,
            )
            try self.hashMetric(scratch.protobuf.message, bytes, intake.hash)
        } catch {
            throw self.failure(error)
        }
        switch self.type {
        case .counter, .gauge, .untyped:
            let bits = scratch.protobuf.message.bits
            let exemplar = scratch.protobuf.message.exemplar
            try self.take(.value, bits, exemplar, bytes, &intake, &series, &scratch, rules)
        case .summary:
            try self.readSummary(bytes, &intake, &series, &scratch, rules)
        case .histogram, .gaugeHistogram:
            try self.readHistogram(bytes, &intake, &series, &scratch, rules)
        }
    }

    private mutating func hashMetric(
        _ message: borrowing MetricMessage,
        _ bytes: borrowing Span<UInt8>,
        _ hash: KeyedHash,
    ) throws(ProtobufError) {
        let labels = message.labels
        if message.areLabelsTogether {
            let labelHash = hash(bytes, from: labels.lowerBound, count: labels.count)
            self.metricHash = hash.combine(self.nameHash, labelHash)
            return
        }
        var combined = self.nameHash
        try message.forEachLabel(of: bytes) { range in
            let labelHash = hash(bytes, from: range.lowerBound, count: range.count)
            combined = hash.combine(combined, labelHash)
        }
        self.metricHash = combined
    }

    private mutating func readSummary(
        _ bytes: borrowing Span<UInt8>,
        _ intake: inout ScrapeIntake,
        _ series: inout TargetSeries,
        _ scratch: inout ScrapeScratch,
        _ rules: borrowing SeriesRules,
    ) throws(ScrapeFailure) {
        let count = scratch.protobuf.message.count.bitPattern
        try self.take(.count, count, nil, bytes, &intake, &series, &scratch, rules)
        let sum = scratch.protobuf.message.sumBits
        try self.take(.sum, sum, nil, bytes, &intake, &series, &scratch, rules)
        for place in scratch.protobuf.message.quantiles.indices {
            let quantile = scratch.protobuf.message.quantiles[place]
            let part = Part.quantile(quantile.quantile)
            try self.take(part, quantile.bits, nil, bytes, &intake, &series, &scratch, rules)
        }
    }

    private mutating func readHistogram(
        _ bytes: borrowing Span<UInt8>,
        _ intake: inout ScrapeIntake,
        _ series: inout TargetSeries,
        _ scratch: inout ScrapeScratch,
        _ rules: borrowing SeriesRules,
    ) throws(ScrapeFailure) {
        let histograms = rules.histograms
        if scratch.protobuf.message.isNative {
            try self.takeHistogram(bytes, &intake, &series, &scratch, rules)
            if !histograms.keepsClassic || scratch.protobuf.message.buckets.isEmpty { return }
            try self.readClassic(bytes, &intake, &series, &scratch, rules)
            return
        }
        if histograms.keepsClassic || !histograms.convertsClassic {
            try self.readClassic(bytes, &intake, &series, &scratch, rules)
        }
        if histograms.convertsClassic {
            try self.takeHistogram(bytes, &intake, &series, &scratch, rules)
        }
    }

    private mutating func readClassic(
        _ bytes: borrowing Span<UInt8>,
        _ intake: inout ScrapeIntake,
        _ series: inout TargetSeries,
        _ scratch: inout ScrapeScratch,
        _ rules: borrowing SeriesRules,
    ) throws(ScrapeFailure) {
        let count = scratch.protobuf.message.count.bitPattern
        try self.take(.count, count, nil, bytes, &intake, &series, &scratch, rules)
        let sum = scratch.protobuf.message.sumBits
        try self.take(.sum, sum, nil, bytes, &intake, &series, &scratch, rules)
        for place in scratch.protobuf.message.buckets.indices {
            let bucket = scratch.protobuf.message.buckets[place]
            try self.take(
                .bucket(bound: bucket.bound),
                bucket.count.bitPattern,
                bucket.exemplar,
                bytes,
                &intake,
                &series,
                &scratch,
                rules,
            )
            if bucket.bound == .infinity { return }
        }
        let last = Part.bucket(bound: .infinity)
        try self.take(last, count, nil, bytes, &intake, &series, &scratch, rules)
    }

    // MARK: Samples

    /// Takes one sample of the metric, with the exemplar that goes with it.
    @inline(__always)
    private mutating func take(
        _ part: Part,
        _ bits: UInt64,
        _ exemplar: Range<Int>?,
        _ bytes: borrowing Span<UInt8>,
        _ intake: inout ScrapeIntake,
        _ series: inout TargetSeries,
        _ scratch: inout ScrapeScratch,
        _ rules: borrowing SeriesRules,
    ) throws(ScrapeFailure) {
        guard
            try self.store(part, bits, bytes, &intake, &series, &scratch, rules) == .stored,
            let exemplar
        else { return }
        try self.attachExemplar(exemplar, bytes, &intake, &series, &scratch)
    }

    private func attachExemplar(
        _ range: Range<Int>,
        _ bytes: borrowing Span<UInt8>,
        _ intake: inout ScrapeIntake,
        _ series: inout TargetSeries,
        _ scratch: inout ScrapeScratch,
    ) throws(ScrapeFailure) {
        do throws(ProtobufError) {
            let (bits, time) = try MetricMessage.readExemplar(
                range,
                of: bytes,
                into: &scratch.exemplar,
            )
            intake.attachExemplar(bits: bits, time: time, &series, &scratch)
        } catch {
            throw self.failure(error)
        }
    }

    /// Takes the metric as one native histogram, converted if it is a classic one.
    private mutating func takeHistogram(
        _ bytes: borrowing Span<UInt8>,
        _ intake: inout ScrapeIntake,
        _ series: inout TargetSeries,
        _ scratch: inout ScrapeScratch,
        _ rules: borrowing SeriesRules,
    ) throws(ScrapeFailure) {
        let sum = scratch.protobuf.message.sumBits
        guard try self.store(.value, sum, bytes, &intake, &series, &scratch, rules) == .stored
        else { return }
        do throws(NativeHistogram.Flaw) {
            if !scratch.protobuf.message.isNative { try scratch.protobuf.convert() }
        } catch {
            throw ScrapeFailure(.histogram, self.named(error.description))
        }
        do throws(ScrapeFailure) {
            try rules.histograms.admit(&scratch.protobuf.message.native)
        } catch {
            throw ScrapeFailure(error.reason, self.named(error.message))
        }
        scratch.protobuf.attachHistogram(to: &scratch.batch)
        do throws(ProtobufError) {
            try scratch.protobuf.findExemplars(in: bytes)
        } catch {
            throw self.failure(error)
        }
        for place in scratch.protobuf.exemplars.indices {
            let exemplar = scratch.protobuf.exemplars[place].range
            try self.attachExemplar(exemplar, bytes, &intake, &series, &scratch)
        }
    }

    private func named(_ text: String) -> String {
        "\(text), in \(String(decoding: self.name, as: UTF8.self))"
    }

    /// Hands one sample to the intake, and reads its labels if they are wanted.
    @inline(__always)
    private mutating func store(
        _ part: Part,
        _ bits: UInt64,
        _ bytes: borrowing Span<UInt8>,
        _ intake: inout ScrapeIntake,
        _ series: inout TargetSeries,
        _ scratch: inout ScrapeScratch,
        _ rules: borrowing SeriesRules,
    ) throws(ScrapeFailure) -> ScrapeIntake.Taken {
        let hash = part.hash(intake.hash, after: self.metricHash)
        let length = self.name.count &+ scratch.protobuf.message.labels.count
        let time = scratch.protobuf.message.time == 0 ? nil : scratch.protobuf.message.time
        var taken = intake.take(
            hash,
            length: length,
            bits: bits,
            time: time,
            &series,
            &scratch,
            rules,
        )
        if taken == .unknown {
            do throws(ProtobufError) {
                try scratch.readLabels(of: self.name.span, part, bytes)
            } catch {
                throw self.failure(error)
            }
            taken = try intake.add(
                hash,
                length: length,
                bits: bits,
                time: time,
                &series,
                &scratch,
                rules,
            )
        }
        if taken == .stored, scratch.protobuf.message.start != 0 {
            scratch.batch.setStart(scratch.protobuf.message.start, at: scratch.batch.count - 1)
        }
        return taken
    }
}

extension ProtobufBodyReader.Part {
    /// The key of the series in a metric with this key.
    @inline(__always)
    func hash(_ hash: KeyedHash, after metric: UInt64) -> UInt64 {
        switch self {
        case .value: hash.combine(metric, 0)
        case .count: hash.combine(metric, 1)
        case .sum: hash.combine(metric, 2)
        case .bucket(let bound): hash.combine(hash.combine(metric, 3), bound.bitPattern)
        case .quantile(let quantile): hash.combine(hash.combine(metric, 4), quantile.bitPattern)
        }
    }
}
