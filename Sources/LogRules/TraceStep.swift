import Bytes
import Codecs
package import Config
package import Pipeline
import Telemetry

/// Lifts the ids of the trace and the span that a record belongs to.
///
/// They are named `trace_id`, `span_id` and `trace_flags`, as OpenTelemetry names them in logs that are
/// not its own.
package struct TraceStep: LogStep {
    /// What users may say.
    package struct Options: ComponentOptions {
        /// Fields that may have the trace's id.
        package var trace: [String]
        /// Fields that may have the span's id.
        package var span: [String]

        static let usualTraces = [
            "trace_id", "traceId", "traceid", "trace.id", "TraceId", "dd.trace_id",
            "logging.googleapis.com/trace", "opentelemetry.trace_id",
        ]
        static let usualSpans = [
            "span_id", "spanId", "spanid", "span.id", "SpanId", "dd.span_id",
            "logging.googleapis.com/spanId", "opentelemetry.span_id",
        ]
        static let flags = ["trace_flags", "traceFlags", "opentelemetry.trace_flags"]

        package init(from node: inout ConfigNode) throws(ConfigError) {
            self.trace = node.strings(
                "trace_fields",
                default: Self.usualTraces,
                "Fields that may have the trace's id; the first that is there counts.",
            )
            self.span = node.strings(
                "span_fields",
                default: Self.usualSpans,
                "Fields that may have the span's id; the first that is there counts.",
            )
        }
    }

    package static let name: ComponentName = "trace"

    private let options: Options

    package init(_ options: Options, in context: ComponentContext) throws(ConfigError) {
        self.options = options
    }

    package func makeWorker(for sink: String) -> any LogStepWorker { Worker(self.options) }

    private final class Worker: LogStepWorker {
        /// One of the two ids.
        private struct Kind {
            let names: [FieldName]
            let digits: Int
            let role: LogField.Role
            /// Its place in `keys`.
            let key: Int
        }

        private let kinds: [Kind]
        private let flags: [FieldName]
        private let parent = FieldName("traceparent")
        private let datadog = FieldName("dd")
        private var keys = FieldKeys(["trace_id", "span_id", "trace_flags"])
        private var json = JSONMembers()
        private var written = OutputBuffer(capacity: 32)

        init(_ options: Options) {
            self.kinds = [
                Kind(
                    names: options.trace.map(FieldName.init),
                    digits: 32,
                    role: .traceID,
                    key: 0,
                ),
                Kind(names: options.span.map(FieldName.init), digits: 16, role: .spanID, key: 1),
            ]
            self.flags = Options.flags.map(FieldName.init)
        }

        func apply(
            to record: inout LogRecord,
            of input: borrowing Span<UInt8>,
            in table: inout LogTable,
        ) -> LogVerdict {
            if record.fieldCount == 0 { return .keep }
            var verdict = LogVerdict.keep
            for kind in self.kinds {
                guard let place = kind.names.place(in: record, of: input, in: table) else {
                    continue
                }
                if !self.lift(kind, place, &record, input, &table) { verdict = .failed }
            }
            self.liftFlags(&record, input, &table)
            self.liftDatadog(&record, input, &table)
            if !self.liftParent(&record, input, &table) { verdict = .failed }
            return verdict
        }

        /// Gives a field its name and its role; false when its value can't be an id.
        private func lift(
            _ kind: Kind,
            _ place: Int,
            _ record: inout LogRecord,
            _ input: borrowing Span<UInt8>,
            _ table: inout LogTable,
        ) -> Bool {
            let field = table.fields[place]
            if field.role == kind.role { return true }
            let isDecimal = table.withText(field.key, of: input) { $0.hasPrefix("dd.") }
            let text = table.plainText(of: field, input)
            let isOK = self.readID(kind, text, isDecimal: isDecimal, input, &table)
            guard case .value(let value) = isOK else { return isOK == .nothing }
            self.keys.write(into: &table)
            let lifted = LogField(self.keys[kind.key], value, .text, kind.role)
            table.rename(place, to: lifted, of: &record, input)
            return true
        }

        private enum Reading: Equatable {
            case value(LogText)
            case nothing
            case invalid
        }

        private func readID(
            _ kind: Kind,
            _ text: LogText,
            isDecimal: Bool,
            _ input: borrowing Span<UInt8>,
            _ table: inout LogTable,
        ) -> Reading {
            self.written.removeAll()
            let found = table.withText(text, of: input) {
                TraceContext.id(
                    $0,
                    digits: kind.digits,
                    isDecimal: isDecimal,
                    into: &self.written,
                )
            }
            switch found {
            case .plain(let range): return .value(text.part(range))
            case .written: return .value(table.derive { $0.append(self.written) })
            case .none: return .nothing
            case .invalid: return .invalid
            }
        }

        private func liftFlags(
            _ record: inout LogRecord,
            _ input: borrowing Span<UInt8>,
            _ table: inout LogTable,
        ) {
            guard let place = self.flags.place(in: record, of: input, in: table) else { return }
            let field = table.fields[place]
            if field.role == .traceFlags { return }
            let found = table.withText(field.value, of: input) { TraceContext.flags($0) }
            guard let found else { return }
            self.keys.write(into: &table)
            let value = table.derive { $0.append(hex: UInt64(found), width: 2) }
            let flags = LogField(self.keys[2], value, .text, .traceFlags)
            table.rename(place, to: flags, of: &record, input)
        }

        /// `{"dd":{"trace_id":"…","span_id":"…"}}`, as Datadog's libraries for JavaScript write it.
        private func liftDatadog(
            _ record: inout LogRecord,
            _ input: borrowing Span<UInt8>,
            _ table: inout LogTable,
        ) {
            guard let place = self.datadog.place(in: record, of: input, in: table),
                table.fields[place].form == .json
            else { return }
            let object = table.fields[place].value
            guard table.withText(object, of: input, { self.json.read($0) }) else { return }
            for member in self.json.members {
                let name = table.withText(object, of: input) { text in
                    self.json.withKey(member, text) { key in
                        key.equals("trace_id") ? 0 : key.equals("span_id") ? 1 : -1
                    }
                }
                if name < 0 || member.kind == .container { continue }
                let kind = self.kinds[name]
                let text = object.part(member.value)
                let reading = self.readID(kind, text, isDecimal: true, input, &table)
                guard case .value(let value) = reading else { continue }
                self.keys.write(into: &table)
                let field = LogField(self.keys[kind.key], value, .text, kind.role)
                _ = table.set(field, of: &record, input)
            }
        }

        private func liftParent(
            _ record: inout LogRecord,
            _ input: borrowing Span<UInt8>,
            _ table: inout LogTable,
        ) -> Bool {
            guard let place = self.parent.place(in: record, of: input, in: table) else {
                return true
            }
            let text = table.plainText(of: table.fields[place], input)
            let found = table.withText(text, of: input) { TraceContext.parent($0) }
            guard let (trace, span, flags) = found else { return text.count == 0 }
            self.keys.write(into: &table)
            let fields: InlineArray<3, LogField> = [
                LogField(self.keys[0], text.part(trace), .text, .traceID),
                LogField(self.keys[1], text.part(span), .text, .spanID),
                LogField(self.keys[2], text.part(flags), .text, .traceFlags),
            ]
            for place in 0..<3 where !table.set(fields[place], of: &record, input) { return false }
            return true
        }
    }
}
