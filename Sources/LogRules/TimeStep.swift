import Bytes
import Codecs
package import Config
package import Patterns
package import Pipeline
import Telemetry

/// Takes a record's time from a field or from its text.
package struct TimeStep: LogStep {
    /// What users may say.
    package struct Options: ComponentOptions {
        /// Fields that may have it, the first one that is there first.
        package var fields: [String]
        /// What finds it in the body: its first group, or all that matches.
        package var pattern: Pattern?
        /// How it may be written; empty for the usual ways.
        var formats: [TimeFormat]
        /// Seconds east of UTC where the text does not say.
        package var zone: Int
        /// Whether the field stays.
        package var keepField: Bool

        static let usualNames = ["time", "ts", "timestamp", "@timestamp", "t", "eventTime"]
        /// The most ways of writing that are tried.
        static let formatLimit = 8

        package init(from node: inout ConfigNode) throws(ConfigError) {
            self.fields = node.strings(
                "fields",
                default: Self.usualNames,
                "Fields that may have it; the first that is there counts.",
            )
            self.pattern = node.pattern(
                "pattern",
                anchored: false,
                "Finds it in the text instead: the first group, or all that matches.",
            )
            self.formats = []
            let texts = node.strings(
                "formats",
                "How it is written, such as `%d/%b/%Y %H:%M:%S.%L %z`, the first that fits; RFC 3339 and seconds, ms, µs or ns since 1970 if empty.",
            )
            for text in texts.prefix(Self.formatLimit) {
                do throws(TimeFormat.Invalid) {
                    self.formats.append(try TimeFormat(text))
                } catch {
                    node.reject("formats", because: error.message)
                }
            }
            if texts.count > Self.formatLimit {
                node.reject("formats", expected: "at most \(Self.formatLimit) formats")
            }
            self.zone = node.value(
                "zone",
                .zone,
                default: 0,
                "The time zone of times that name none.",
            )
            self.keepField = node.bool(
                "keep_field",
                default: true,
                "Leaves the field; else it goes once the time is taken.",
            )
        }
    }

    package static let name: ComponentName = "time"

    private let options: Options

    package init(_ options: Options, in context: ComponentContext) throws(ConfigError) {
        self.options = options
    }

    package func makeWorker(for sink: String) -> any LogStepWorker { Worker(self.options) }

    private final class Worker: LogStepWorker {
        private let options: Options
        private let names: [FieldName]
        private var captures: [Range<Int>?] = []

        init(_ options: Options) {
            self.options = options
            self.names = options.fields.map(FieldName.init)
        }

        func apply(
            to record: inout LogRecord,
            of input: borrowing Span<UInt8>,
            in table: inout LogTable,
        ) -> LogVerdict {
            if let pattern = self.options.pattern {
                return self.takeCapture(pattern, &record, input, table)
            }
            guard let place = self.names.place(in: record, of: input, in: table) else {
                return .keep
            }
            let near = record.time
            let text = table.plainText(of: table.fields[place], input)
            guard let time = table.withText(text, of: input, { self.read($0, near) }) else {
                return .failed
            }
            record.time = time
            if !self.options.keepField {
                table.removeField(at: place, of: &record)
            }
            return .keep
        }

        private func takeCapture(
            _ pattern: Pattern,
            _ record: inout LogRecord,
            _ input: borrowing Span<UInt8>,
            _ table: borrowing LogTable,
        ) -> LogVerdict {
            let near = record.time
            let time = table.withText(record.body, of: input) { text -> Int64? in
                guard pattern.captures(in: text, into: &self.captures) else { return nil }
                let group = self.captures.count > 1 ? 1 : 0
                guard let range = self.captures[group] else { return nil }
                return self.read(text.extracting(range), near)
            }
            guard let time else { return .failed }
            record.time = time
            return .keep
        }

        private func read(_ text: borrowing Span<UInt8>, _ near: Int64) -> Int64? {
            for format in self.options.formats {
                if let time = format.read(text, near: near, zone: self.options.zone) {
                    return time
                }
            }
            if !self.options.formats.isEmpty { return nil }
            return UsualTime.epoch(text) ?? UsualTime.rfc3339(text, zone: self.options.zone)
        }
    }
}
