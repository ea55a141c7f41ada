import Bytes
import Codecs
package import Config
package import Pipeline
import Telemetry

/// Takes lines of syslog apart, under the names that Fluent Bit's parsers give.
package struct SyslogStep: LogStep {
    /// What lines look like.
    package enum Format: String, Sendable, CaseIterable {
        /// What each line looks like is found out.
        case auto
        case rfc3164
        case rfc5424
    }

    /// What users may say.
    package struct Options: ComponentOptions {
        /// What lines look like.
        package var format: Format
        /// Whether the record gets the line's time.
        package var takesTime = true
        /// Seconds east of UTC where the line does not say.
        package var zone = 0
        /// Whether the body stays as it is.
        package var keepBody = true

        /// The defaults, for one format.
        package init(format: Format = .auto) { self.format = format }

        package init(from node: inout ConfigNode) throws(ConfigError) {
            self.format = node.choice(
                "format",
                default: .auto,
                "The form of the lines; `auto` finds it out for each.",
            )
            self.takesTime = node.bool(
                "time",
                default: true,
                "Takes the line's time for the record's.",
            )
            self.zone = node.value(
                "zone",
                .zone,
                default: 0,
                "The time zone of lines that name none.",
            )
            self.keepBody = node.keepsBody(orElse: "the body is the message alone")
        }
    }

    package static let name: ComponentName = "syslog"

    private let options: Options

    package init(_ options: Options, in context: ComponentContext) throws(ConfigError) {
        self.options = options
    }

    package func makeWorker(for sink: String) -> any LogStepWorker { Worker(self.options) }

    private final class Worker: LogStepWorker {
        private let options: Options
        private let wanted: SyslogLine.Form?
        private var keys = FieldKeys(["pri", "host", "ident", "pid", "msgid", "message"])
        private let format = try? TimeFormat("%b %d %H:%M:%S")

        init(_ options: Options) {
            self.options = options
            self.wanted =
                switch options.format {
                case .auto: nil
                case .rfc3164: .rfc3164
                case .rfc5424: .rfc5424
                }
        }

        func apply(
            to record: inout LogRecord,
            of input: borrowing Span<UInt8>,
            in table: inout LogTable,
        ) -> LogVerdict {
            let body = record.body
            let near = record.time
            let found = table.withText(body, of: input) { text -> (SyslogLine, Int64?)? in
                guard let line = SyslogLine(text, as: self.wanted) else { return nil }
                return (line, line.time.flatMap { self.time(text.extracting($0), near) })
            }
            guard let (line, time) = found else { return .failed }
            if let severity = line.severity { record.severity = severity }
            self.keys.write(into: &table)
            // The number between the angle brackets, which begin the line.
            let priority = line.priority.map { 1..<($0 > 99 ? 4 : $0 > 9 ? 3 : 2) }
            let values: InlineArray<6, Range<Int>?> = [
                priority, line.host, line.program, line.process, line.messageID, line.message,
            ]
            for place in 0..<(self.options.keepBody ? 6 : 5) {
                guard let range = values[place] else { continue }
                let value = body.part(range)
                let isNumber = place == 0 && table.isNumber(value, of: input)
                let field = LogField(self.keys[place], value, isNumber ? .json : .text)
                if !table.set(field, of: &record, input) { return .failed }
            }
            if let structured = line.structured,
                !self.addParameters(structured, body, &record, input, &table)
            {
                return .failed
            }
            if !self.options.keepBody {
                record.body = body.part(line.message)
                record.flags.remove(.bodyless)
            }
            if self.options.takesTime, line.time != nil {
                guard let time else { return .failed }
                record.time = time
            }
            return .keep
        }

        private func time(_ text: borrowing Span<UInt8>, _ near: Int64) -> Int64? {
            text[0] &- 0x30 <= 9
                ? UsualTime.rfc3339(text, zone: self.options.zone)
                : self.format?.read(text, near: near, zone: self.options.zone)
        }

        /// A field `ELEMENT.NAME` for each parameter.
        private func addParameters(
            _ structured: Range<Int>,
            _ body: LogText,
            _ record: inout LogRecord,
            _ input: borrowing Span<UInt8>,
            _ table: inout LogTable,
        ) -> Bool {
            var parameters = SyslogParameters(from: 0)
            let text = body.part(structured)
            while let parameter = table.withText(text, of: input, { parameters.next($0) }) {
                let start = table.derived.count
                table.copy(text.part(parameter.element), of: input)
                table.derived.append(UInt8(ascii: "."))
                table.copy(text.part(parameter.name), of: input)
                let key = LogText(.derived, start..<table.derived.count)
                var value = text.part(parameter.value)
                if parameter.hasEscapes { value = table.syslogUnescaped(value, of: input) }
                if !table.set(LogField(key, value, .text), of: &record, input) { return false }
            }
            return true
        }
    }
}
