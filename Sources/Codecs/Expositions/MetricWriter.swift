import Bytes

/// The types of metric families.
package enum MetricType: String, Sendable {
    case counter
    case gauge
    case histogram
    case summary
    case untyped
}

/// Collects metric families and renders them as one exposition.
///
/// Families come out sorted by name and samples by their labels, as Prometheus's client libraries
/// write them; a family begun twice is merged; the second of two equal series is dropped and counted
/// in `duplicates`. Reused after `reset()`, it allocates nothing for families seen before.
///
/// Source: Prometheus text exposition 0.0.4; OpenMetrics 1.0.
package struct MetricWriter: ~Copyable {
    /// The two text formats.
    package enum Format: Sendable, Hashable {
        /// `text/plain; version=0.0.4`.
        case prometheusText
        /// `application/openmetrics-text; version=1.0.0`.
        case openMetrics
    }

    /// What a sample's name has after the family's.
    package enum Suffix: UInt8, Sendable {
        case none
        case bucket
        case sum
        case count

        var text: StaticString {
            switch self {
            case .none: ""
            case .bucket: "_bucket"
            case .sum: "_sum"
            case .count: "_count"
            }
        }
    }

    struct Sample {
        /// Where the labels start in `text`; the value and line end follow them.
        var start: Int
        /// Where the labels end.
        var labelsEnd: Int
        var end: Int
        var suffix: Suffix
    }

    struct Family {
        let name: String
        let type: MetricType
        let help: String
        var samples: [Sample] = []
        /// The family's HELP and TYPE lines, once they have been written.
        var header: [UInt8] = []
    }

    /// The format being written.
    package let format: Format
    /// Series that were written twice since the last reset; the first of each was kept.
    package private(set) var duplicates = 0

    var families: [Family] = []
    /// Places in `families` in the order of their names; shorter when there are new families.
    var order: [Int] = []
    private var index: [String: Int] = [:]
    private var current: Int?
    var text = MetricLabels()

    /// Makes an empty writer.
    package init(format: Format = .prometheusText) {
        self.format = format
    }

    /// Forgets every sample and keeps the memory.
    package mutating func reset() {
        for position in self.families.indices {
            self.families[position].samples.removeAll(keepingCapacity: true)
        }
        self.text.bytes.removeAll()
        self.current = nil
        self.duplicates = 0
    }

    /// Begins a family, or goes on with it: the samples that follow belong to it.
    ///
    /// The type and help of the first time hold.
    package mutating func family(_ name: String, _ type: MetricType, _ help: String) {
        if let known = self.index[name] {
            self.current = known
            return
        }
        self.current = self.families.count
        self.index[name] = self.families.count
        self.families.append(Family(name: name, type: type, help: help))
    }

    /// Writes one sample of the current family; add labels in the order of their names.
    package mutating func sample(
        _ value: Double,
        suffix: Suffix = .none,
        _ label: (inout MetricLabels) -> Void = { _ in },
    ) {
        let start = self.begin(label)
        self.finish(value, suffix, start)
    }

    /// Writes one bucket of a histogram: `le` is its upper bound and comes last.
    package mutating func bucket(
        _ bound: Double,
        _ value: Double,
        _ label: (inout MetricLabels) -> Void = { _ in },
    ) {
        let format = self.format
        let start = self.begin { labels in
            label(&labels)
            labels.add(bound: bound, format: format)
        }
        self.finish(value, .bucket, start)
    }

    /// A family of one gauge without labels.
    package mutating func gauge(_ name: String, _ help: String, _ value: Double) {
        self.family(name, .gauge, help)
        self.sample(value)
    }

    /// A family of one counter without labels.
    package mutating func counter(_ name: String, _ help: String, _ value: Double) {
        self.family(name, .counter, help)
        self.sample(value)
    }

    private mutating func begin(_ label: (inout MetricLabels) -> Void) -> Int {
        let start = self.text.bytes.count
        self.text.isFirst = true
        label(&self.text)
        if !self.text.isFirst { self.text.bytes.append(UInt8(ascii: "}")) }
        return start
    }

    private mutating func finish(_ value: Double, _ suffix: Suffix, _ start: Int) {
        precondition(self.current != nil, "a sample needs a family: call family(_:_:_:) first")
        guard let current = self.current else { return }
        let labelsEnd = self.text.bytes.count
        self.text.bytes.append(UInt8(ascii: " "))
        switch self.format {
        case .prometheusText: self.text.bytes.append(goFloat: value)
        case .openMetrics: self.text.bytes.append(openMetricsFloat: value)
        }
        self.text.bytes.append(UInt8(ascii: "\n"))
        self.families[current].samples.append(
            Sample(
                start: start,
                labelsEnd: labelsEnd,
                end: self.text.bytes.count,
                suffix: suffix,
            )
        )
    }

    mutating func count(duplicates: Int) { self.duplicates += duplicates }
}

/// Writes the labels of one sample.
package struct MetricLabels: ~Copyable {
    var bytes = OutputBuffer(capacity: 4096)
    var isFirst = true

    /// Adds a label; an empty value is written as it is (scrapers take it as absent).
    package mutating func add(_ name: String, _ value: String) {
        self.begin(name)
        var value = value
        value.withUTF8 { text in
            self.append(escaped: unsafe text.span)
        }
        self.bytes.append(UInt8(ascii: "\""))
    }

    /// Adds a label whose value is bytes; what is not UTF-8 becomes U+FFFD.
    package mutating func add(_ name: String, _ value: borrowing Span<UInt8>) {
        if !value.isValidUTF8 {
            self.add(name, value.text)
            return
        }
        self.begin(name)
        self.append(escaped: value)
        self.bytes.append(UInt8(ascii: "\""))
    }

    /// Adds a label whose value is an integer.
    package mutating func add(_ name: String, _ value: Int) {
        self.begin(name)
        self.bytes.append(decimal: value)
        self.bytes.append(UInt8(ascii: "\""))
    }

    mutating func add(bound: Double, format: MetricWriter.Format) {
        self.begin("le")
        switch format {
        case .prometheusText: self.bytes.append(goFloat: bound)
        case .openMetrics: self.bytes.append(openMetricsFloat: bound)
        }
        self.bytes.append(UInt8(ascii: "\""))
    }

    private mutating func begin(_ name: String) {
        self.bytes.append(self.isFirst ? UInt8(ascii: "{") : UInt8(ascii: ","))
        self.isFirst = false
        self.bytes.append(name)
        self.bytes.append("=\"")
    }

    private mutating func append(escaped value: borrowing Span<UInt8>) {
        for index in 0..<value.count {
            switch value[index] {
            case UInt8(ascii: "\\"): self.bytes.append("\\\\")
            case UInt8(ascii: "\""): self.bytes.append("\\\"")
            case UInt8(ascii: "\n"): self.bytes.append("\\n")
            case let byte: self.bytes.append(byte)
            }
        }
    }
}
