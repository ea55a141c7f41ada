import Bytes
package import Config
package import Pipeline
import Telemetry

/// Makes a metric of records: how many there are, or what a field of theirs sums up to.
package struct CountStep: LogStep {
    /// What users may say.
    package struct Options: ComponentOptions {
        /// What the label `name` says.
        package var name: String
        /// The metric's own name, without its prefix; nil for the common one.
        package var metric: String?
        /// The field whose value is added; nil to count.
        package var value: String?
        /// Upper bounds of a histogram; empty for a counter.
        package var buckets: [Double]
        /// Labels with the fields that they come from.
        package var labels: [(label: String, field: String)]
        /// The most series.
        package var seriesLimit: Int
        /// Which records are counted.
        let conditions: LogConditions

        /// What stands before names of the user's.
        static let prefix = "martlet_log_custom_"
        private static let bucketLimit = 50
        private static let labelLimit = 10

        package init(from node: inout ConfigNode) throws(ConfigError) {
            self.name = node.requiredString("name", "What the metric's label `name` says.")
            self.metric = node.string(
                "metric",
                "A name of the metric's own, behind martlet_log_custom_; else it is martlet_log_match_total.",
            )
            self.value = node.string(
                "value",
                "A field whose number is added; absent, records are counted.",
            )
            self.buckets = node.list(
                "buckets",
                of: .double(in: -.infinity ... .infinity),
                "Upper bounds, which make it a histogram of `value`.",
            )
            self.labels = node.stringMap("labels", "Labels with the fields that they come from.")
                .map { (label: $0.name, field: $0.value) }
                .sorted { $0.label < $1.label }
            self.seriesLimit = node.int(
                "series_limit",
                default: 100,
                in: 1...10_000,
                "The most combinations of labels; what comes after is counted as overflow.",
            )
            self.conditions = try LogConditions(reading: &node)
            self.check(node)
        }

        private func check(_ node: borrowing ConfigNode) {
            if let metric = self.metric, !Self.isName(metric) {
                node.reject("metric", expected: "letters, digits and underscores")
            }
            for entry in self.labels
            where !Self.isName(entry.label) || ["name", "sink", "le"].contains(entry.label) {
                node.reject("labels", because: "`\(entry.label)` can't be a label here")
            }
            if self.labels.count > Self.labelLimit {
                node.reject("labels", expected: "at most \(Self.labelLimit) labels")
            }
            let isRising = zip(self.buckets, self.buckets.dropFirst()).allSatisfy { $0 < $1 }
            if !isRising || self.buckets.count > Self.bucketLimit {
                node.reject(
                    "buckets",
                    because: "expected at most \(Self.bucketLimit) rising numbers",
                )
            }
            if !self.buckets.isEmpty, self.value == nil {
                node.reject("buckets", because: "a histogram needs a `value`")
            }
            let isCommon = self.metric == nil
            if isCommon, self.value != nil {
                node.reject("value", because: "what is no count of records needs a `metric`")
            }
        }

        /// Whether it is a label's name, which is a metric's, too.
        private static func isName(_ text: String) -> Bool {
            guard let first = text.utf8.first, !(first &- 0x30 <= 9), !text.hasPrefix("__") else {
                return false
            }
            return text.utf8.allSatisfy { byte in
                byte &- 0x30 <= 9 || (byte | 0x20) &- 0x61 < 26 || byte == UInt8(ascii: "_")
            }
        }
    }

    package static let name: ComponentName = "count"

    private let options: Options
    private let counts: CountTables

    package init(_ options: Options, in context: ComponentContext) throws(ConfigError) {
        self.options = options
        self.counts = CountTables(options, context.meters)
    }

    package func makeWorker(for sink: String) -> any LogStepWorker {
        Worker(self.options, self.counts.table(for: sink))
    }

    private final class Worker: LogStepWorker {
        private let conditions: LogConditions
        private let value: FieldName?
        private let fields: [FieldName]
        private let table: CountTable
        private var scratch = OutputBuffer(capacity: 16)
        private var known: [UInt64: CountTable.Series] = [:]

        /// The most bytes of a label's value; what is longer is cut.
        private static let valueLimit = 128

        init(_ options: Options, _ table: CountTable) {
            self.conditions = options.conditions
            self.value = options.value.map(FieldName.init)
            self.fields = options.labels.map { FieldName($0.field) }
            self.table = table
        }

        func apply(
            to record: inout LogRecord,
            of input: borrowing Span<UInt8>,
            in table: inout LogTable,
        ) -> LogVerdict {
            let isMeant =
                self.conditions.isEmpty
                || self.conditions.hold(
                    for: record,
                    of: input,
                    in: table,
                    scratch: &self.scratch,
                )
            guard isMeant else { return .keep }
            var amount = 1.0
            if let value = self.value {
                guard let place = value.place(in: record, of: input, in: table) else {
                    return .keep
                }
                let number = table.withText(table.fields[place].value, of: input) {
                    $0.decimalFloat
                }
                guard let number, number.isFinite, number >= 0 || self.table.takesNegative else {
                    return .failed
                }
                amount = number
            }
            self.series(record, input, table).add(amount)
            return .keep
        }

        private func series(
            _ record: LogRecord,
            _ input: borrowing Span<UInt8>,
            _ table: borrowing LogTable,
        ) -> CountTable.Series {
            var hash: UInt64 = 0
            for name in self.fields {
                let part = self.withValue(name, record, input, table) { value in
                    self.table.hash(value, from: 0, count: value.count)
                }
                hash = self.table.hash.combine(hash, part)
            }
            if let series = self.known[hash] { return series }
            let series = self.table.series(hash) {
                self.fields.map { self.withValue($0, record, input, table) { $0.text } }
            }
            if let series { self.known[hash] = series }
            return series ?? self.table.overflow
        }

        /// Lets `body` see a label's value; it is empty where there is no such field.
        private func withValue<Result>(
            _ name: FieldName,
            _ record: LogRecord,
            _ input: borrowing Span<UInt8>,
            _ table: borrowing LogTable,
            _ body: (borrowing Span<UInt8>) -> Result,
        ) -> Result {
            guard let place = name.place(in: record, of: input, in: table) else {
                return body(Span())
            }
            return table.withText(table.fields[place].value, of: input) { value in
                body(value.extracting(first: min(value.count, Self.valueLimit)))
            }
        }
    }
}
