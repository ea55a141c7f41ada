import Bytes
import Codecs
package import Config
package import Pipeline
import Telemetry

/// Takes lines apart that Kubernetes's own programs write.
package struct KlogStep: LogStep {
    /// What users may say.
    package struct Options: ComponentOptions {
        /// Whether the record gets the line's time.
        package var takesTime = false
        /// Whether the body stays as it is.
        package var keepBody = true

        /// The defaults.
        package init() {}

        package init(from node: inout ConfigNode) throws(ConfigError) {
            self.takesTime = node.bool(
                "time",
                default: false,
                "Takes the line's time, as UTC, for the record's; the runtime's is as good.",
            )
            self.keepBody = node.keepsBody(orElse: "the body is the message alone")
        }
    }

    package static let name: ComponentName = "klog"

    private let options: Options

    package init(_ options: Options, in context: ComponentContext) throws(ConfigError) {
        self.options = options
    }

    package func makeWorker(for sink: String) -> any LogStepWorker { Worker(self.options) }

    private final class Worker: LogStepWorker {
        private let options: Options
        private var keys = FieldKeys(["thread", "file", "line", "message"])
        private let format = try? TimeFormat("%m%d %H:%M:%S.%f")
        private var logfmt = LogfmtPairs()

        init(_ options: Options) { self.options = options }

        func apply(
            to record: inout LogRecord,
            of input: borrowing Span<UInt8>,
            in table: inout LogTable,
        ) -> LogVerdict {
            let body = record.body
            let near = record.time
            let found = table.withText(body, of: input) { text -> (KlogLine, Int64?)? in
                guard let line = KlogLine(text) else { return nil }
                return (line, self.format?.read(text.extracting(line.time), near: near))
            }
            guard let (line, time) = found else { return .failed }
            record.severity = line.severity
            self.keys.write(into: &table)
            var message = LogField(self.keys[3], body.part(line.message), .text)
            let isStructured = self.readStructured(&message, body, line, input, table)
            let fields: InlineArray<4, LogField> = [
                LogField(self.keys[0], body.part(line.thread), .json),
                LogField(self.keys[1], body.part(line.file), .text),
                LogField(self.keys[2], body.part(line.line), .json),
                message,
            ]
            for place in 0..<(self.options.keepBody ? 4 : 3) {
                var field = fields[place]
                // A number with zeros before it is none in JSON.
                if field.form == .json, !table.isNumber(field.value, of: input) {
                    field.form = .text
                }
                if !table.set(field, of: &record, input) { return .failed }
            }
            if isStructured, !self.addPairs(body.part(line.message), &record, input, &table) {
                return .failed
            }
            if !self.options.keepBody {
                record.body = table.plainText(of: message, input)
                record.flags.remove(.bodyless)
            }
            if self.options.takesTime {
                guard let time else { return .failed }
                record.time = time
            }
            return .keep
        }

        /// `"message" key="value" …`: what structured logging of klog writes.
        private func readStructured(
            _ message: inout LogField,
            _ body: LogText,
            _ line: KlogLine,
            _ input: borrowing Span<UInt8>,
            _ table: borrowing LogTable,
        ) -> Bool {
            let text = body.part(line.message)
            let found = table.withText(text, of: input) { bytes -> (Int, Bool)? in
                guard bytes.count > 1, bytes[0] == UInt8(ascii: "\""),
                    let (end, hasEscapes) = bytes.endOfJSONString(from: 1)
                else { return nil }
                let isRead = self.logfmt.read(bytes.extracting(droppingFirst: end + 1))
                return isRead || end + 1 == bytes.count ? (end, hasEscapes) : nil
            }
            guard let (end, hasEscapes) = found else { return false }
            message.value = text.part(1..<end)
            message.form = hasEscapes ? .jsonString : .text
            return true
        }

        private func addPairs(
            _ message: LogText,
            _ record: inout LogRecord,
            _ input: borrowing Span<UInt8>,
            _ table: inout LogTable,
        ) -> Bool {
            guard
                let start = table.withText(
                    message,
                    of: input,
                    { $0.endOfJSONString(from: 1).map { $0.end + 1 } },
                )
            else { return true }
            let rest = message.part(start..<Int(message.count))
            for pair in self.logfmt.pairs {
                let field = LogField(
                    rest.part(pair.key),
                    rest.part(pair.value),
                    pair.hasEscapes ? .jsonString : .text,
                )
                if !table.set(field, of: &record, input) { return false }
            }
            return true
        }
    }
}
