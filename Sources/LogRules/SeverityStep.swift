import Bytes
import Codecs
package import Config
package import Pipeline
import Telemetry

/// Finds out how grave a record is: from its fields, or from its text.
package struct SeverityStep: LogStep {
    /// What users may say.
    package struct Options: ComponentOptions {
        /// Fields that may say, the first one that is there first.
        package var fields: [String]
        /// Whether the body is looked at where no field says.
        package var scansBody: Bool
        /// Whether what is known already is found out again.
        package var replaces: Bool

        /// Loki's names in Loki's order, then those of ECS, OpenTelemetry and the journal.
        static let usualNames = [
            "level", "LEVEL", "Level", "Severity", "severity", "SEVERITY", "lvl", "LVL", "Lvl",
            "log.level", "severity_text", "SeverityText", "loglevel", "levelname", "PRIORITY",
        ]

        package init(from node: inout ConfigNode) throws(ConfigError) {
            self.fields = node.strings(
                "fields",
                default: Self.usualNames,
                "Fields that may say; the first that is there counts.",
            )
            self.scansBody = node.bool(
                "scan_body",
                default: true,
                "Looks for a level in the text where no field says.",
            )
            self.replaces = node.bool(
                "replace",
                default: false,
                "Also where an earlier step has found out already.",
            )
        }
    }

    package static let name: ComponentName = "severity"

    private let options: Options

    package init(_ options: Options, in context: ComponentContext) throws(ConfigError) {
        self.options = options
    }

    package func makeWorker(for sink: String) -> any LogStepWorker { Worker(self.options) }

    private final class Worker: LogStepWorker {
        private let names: [FieldName]
        private let scansBody: Bool
        private let replaces: Bool
        private var keys = FieldKeys(["severity"])
        private var json = JSONMembers()
        private var inner = JSONMembers()
        private var logfmt = LogfmtPairs()

        init(_ options: Options) {
            self.names = options.fields.map(FieldName.init)
            self.scansBody = options.scansBody
            self.replaces = options.replaces
        }

        func apply(
            to record: inout LogRecord,
            of input: borrowing Span<UInt8>,
            in table: inout LogTable,
        ) -> LogVerdict {
            if record.severity != .unknown, !self.replaces { return .keep }
            if let place = self.names.place(in: record, of: input, in: table),
                self.take(place, &record, input, &table)
            {
                return .keep
            }
            if self.scansBody { self.scan(&record, input, &table) }
            return .keep
        }

        /// Takes what a field says.
        private func take(
            _ place: Int,
            _ record: inout LogRecord,
            _ input: borrowing Span<UInt8>,
            _ table: inout LogTable,
        ) -> Bool {
            var field = table.fields[place]
            let found = table.withText(field.value, of: input) { text in
                SeverityValue.read(text)
            }
            guard let found else { return false }
            record.severity = found
            // Other roles stay what they are.
            if field.role == .attribute {
                field.role = .severity
                table.replace(at: place, with: field)
            }
            return true
        }

        /// Loki's order: JSON, then logfmt, then words.
        private func scan(
            _ record: inout LogRecord,
            _ input: borrowing Span<UInt8>,
            _ table: inout LogTable,
        ) {
            let body = record.body
            let found = table.withText(body, of: input) { self.find(in: $0) }
            guard let (place, severity) = found else { return }
            record.severity = severity
            let word = body.part(place)
            if table.withText(word, of: input, { $0.equals(severity.name) }) { return }
            self.keys.write(into: &table)
            _ = table.set(
                LogField(self.keys[0], word, .text, .severity),
                of: &record,
                input,
            )
        }

        private func find(
            in text: borrowing Span<UInt8>
        ) -> (place: Range<Int>, severity: LogSeverity)? {
            let front = text.extracting(first: min(text.count, SeverityScan.limit)).trimmed
            if !front.isEmpty, front[0] == UInt8(ascii: "{"), self.json.read(text) {
                return self.findMember(text)
            }
            if front.firstOffset(of: UInt8(ascii: "=")) != nil, self.logfmt.read(text),
                let found = self.findPair(text)
            {
                return found
            }
            return SeverityScan.find(in: text)
        }

        /// Names at the outermost level, then those in objects there.
        private func findMember(
            _ text: borrowing Span<UInt8>
        ) -> (place: Range<Int>, severity: LogSeverity)? {
            if let found = Self.find(self.names, in: self.json, text) { return found }
            for member in self.json.members where member.kind == .container {
                let object = text.extracting(member.value)
                guard self.inner.read(object),
                    let (place, severity) = Self.find(self.names, in: self.inner, object)
                else { continue }
                let start = member.value.lowerBound
                return (place.lowerBound + start..<place.upperBound + start, severity)
            }
            return nil
        }

        private static func find(
            _ names: [FieldName],
            in json: borrowing JSONMembers,
            _ text: borrowing Span<UInt8>,
        ) -> (place: Range<Int>, severity: LogSeverity)? {
            for name in names {
                for member in json.members {
                    guard json.withKey(member, text, { $0.equals(name.bytes.span) }),
                        member.kind == .plainString || member.kind == .number,
                        let severity = SeverityValue.read(text.extracting(member.value))
                    else { continue }
                    return (member.value, severity)
                }
            }
            return nil
        }

        private func findPair(
            _ text: borrowing Span<UInt8>
        ) -> (place: Range<Int>, severity: LogSeverity)? {
            for name in self.names {
                for pair in self.logfmt.pairs {
                    guard text.extracting(pair.key).equals(name.bytes.span),
                        let severity = SeverityValue.read(text.extracting(pair.value))
                    else { continue }
                    return (pair.value, severity)
                }
            }
            return nil
        }
    }
}
