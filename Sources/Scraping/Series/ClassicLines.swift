import Bytes
import Codecs
import Telemetry

/// The lines of text that make up classic histograms which are to become native ones.
///
/// Lines of one histogram are known by a group; what a body says of a group is collected until a line
/// of another one comes. Targets without such lines pay nothing. Source: Prometheus,
/// `model/textparse/nhcbparse.go`.
struct ClassicLines: ~Copyable {
    /// What a line says of its histogram.
    enum Part {
        case bucket(bound: Double)
        case count
        case sum
    }

    /// One line.
    struct Line {
        let part: Part
        let group: UInt32
        /// The line's own series if it is kept, or `LineTable.dropped`.
        let own: LineTable.Meaning
        /// Whether the line is a sample by itself, too.
        let isKept: Bool
    }

    /// An exemplar of the histogram that is collected.
    struct Exemplar {
        let bits: UInt64
        let time: Int64
        /// Where its labels are in `exemplarText`.
        let labels: Range<Int>
    }

    private var lines: [Line] = []
    /// By group: the series of the native histogram, or `LineTable.dropped`.
    private var series: [LineTable.Meaning] = []
    private var groupOfKey: [UInt64: UInt32] = [:]

    /// The group that is collected; nil for none.
    private(set) var current: UInt32?
    private var classic = ClassicHistogram()
    /// Whether what was collected makes no histogram.
    private var isBroken = false
    private(set) var time: Int64?
    private(set) var exemplars: [Exemplar] = []
    private(set) var exemplarText = OutputBuffer(capacity: 0)
    /// What was collected, as a native histogram.
    var native = NativeHistogram()
    /// The native histogram as it is sent.
    private var message = OutputBuffer(capacity: 0)

    init() {}

    /// The memory the lines take, in bytes.
    var footprint: Int {
        self.lines.capacity * MemoryLayout<Line>.stride + self.series.capacity * 4
            + self.groupOfKey.capacity * 16
    }

    /// What a line stands for, by its meaning in the `LineTable`.
    subscript(meaning: LineTable.Meaning) -> Line {
        self.lines[Int(meaning &- LineTable.firstClassic)]
    }

    /// The series of a group's native histogram.
    func series(of group: UInt32) -> LineTable.Meaning { self.series[Int(group)] }

    /// The group of a key; nil if it is a new one.
    func group(_ key: UInt64) -> UInt32? { self.groupOfKey[key] }

    /// Adds a group whose native histogram is a series.
    mutating func addGroup(_ key: UInt64, _ series: LineTable.Meaning) -> UInt32 {
        let group = UInt32(self.series.count)
        self.series.appendCompactly(series)
        self.groupOfKey[key] = group
        return group
    }

    /// Adds a line and returns what it is to mean; nil when there are too many.
    mutating func add(_ line: Line) -> LineTable.Meaning? {
        if self.lines.count >= LineTable.classicLimit { return nil }
        self.lines.appendCompactly(line)
        return LineTable.firstClassic + UInt32(self.lines.count - 1)
    }

    /// Begins to collect a group.
    mutating func begin(_ group: UInt32) {
        self.forgetCollected()
        self.current = group
    }

    /// Forgets what was collected.
    mutating func forgetCollected() {
        if self.current == nil { return }
        self.current = nil
        self.classic.removeAll()
        self.isBroken = false
        self.time = nil
        self.exemplars.removeAll(keepingCapacity: true)
        self.exemplarText.removeAll()
    }

    /// Takes what a line says of the group that is collected.
    mutating func collect(_ part: Part, _ value: Double, _ time: Int64?) {
        self.time = time
        do throws(NativeHistogram.Flaw) {
            switch part {
            case .bucket(let bound): try self.classic.setBucket(bound: bound, count: value)
            case .count: try self.classic.setCount(value)
            case .sum: self.classic.setSum(value)
            }
        } catch {
            self.isBroken = true
        }
    }

    /// Takes an exemplar, behind those that are older; `labels` is as in `SampleExemplar`.
    mutating func collect(_ labels: borrowing Span<UInt8>, bits: UInt64, time: Int64) {
        if self.exemplars.count >= MetricMessage.exemplarLimit { return }
        let start = self.exemplarText.count
        self.exemplarText.append(labels)
        var place = self.exemplars.count
        while place > 0, self.exemplars[place - 1].time > time { place -= 1 }
        let exemplar = Exemplar(bits: bits, time: time, labels: start..<self.exemplarText.count)
        self.exemplars.insert(exemplar, at: place)
    }

    /// Makes `native` of what was collected; false if that makes no histogram.
    mutating func convert() -> Bool {
        if self.isBroken { return false }
        do throws(NativeHistogram.Flaw) {
            try self.classic.convert(into: &self.native)
            return true
        } catch {
            return false
        }
    }

    /// Makes the last sample the native histogram.
    mutating func attach(to batch: inout SampleBatch) {
        self.message.removeAll()
        HistogramWriter.append(self.native, to: &self.message)
        batch.attachHistogram(self.message.span, isCustom: self.native.isCustom)
    }

    /// What a new line, whose labels are as they were written, says of a family's histogram; nil if
    /// it is no part of one.
    static func part(
        of labels: borrowing LabelBuilder,
        _ family: borrowing MetricMetadata,
    ) -> Part? {
        guard let index = labels.index(of: "__name__") else { return nil }
        let text = labels.text.span
        let name = text.extracting(labels.entries[index].value)
        let root = family.family.utf8Span.span
        guard name.count > root.count, name.extracting(first: root.count).equals(root) else {
            return nil
        }
        let suffix = name.extracting(droppingFirst: root.count)
        if suffix.equals("_count") { return .count }
        if suffix.equals("_sum") { return .sum }
        guard suffix.equals("_bucket"), let le = labels.index(of: "le"),
            let bound = text.extracting(labels.entries[le].value).decimalFloat, !bound.isNaN
        else { return nil }
        return .bucket(bound: bound)
    }
}
