import Bytes
import Codecs
package import Config
package import Pipeline
import Telemetry

/// Takes a body that is one JSON object apart into fields.
package struct JSONStep: LogStep {
    /// What users may say.
    package struct Options: ComponentOptions {
        /// Whether the body stays as it is.
        package var keepBody = true
        /// What is put before each name.
        package var prefix = ""
        /// The name of one field that has the whole object.
        package var under: String?
        /// The names that are taken; empty for all.
        package var only: [String] = []

        /// The defaults.
        package init() {}

        package init(from node: inout ConfigNode) throws(ConfigError) {
            self.keepBody = node.keepsBody(
                orElse: "the body is the value of msg, message, log, … alone"
            )
            self.prefix = node.string("prefix", default: "", "What is put before each name.")
            self.under = node.string(
                "under",
                "One field of this name has the whole object, in place of a field for each key.",
            )
            self.only = node.strings("only", "The keys that are taken; all if empty.")
            if self.under != nil, !self.prefix.isEmpty || !self.only.isEmpty {
                node.reject(
                    "under",
                    because: "`under` takes the whole object as it is",
                    remedy: "leave out `prefix` and `only`, or `under`",
                )
            }
        }
    }

    package static let name: ComponentName = "json"

    private let options: Options

    package init(_ options: Options, in context: ComponentContext) throws(ConfigError) {
        self.options = options
    }

    package func makeWorker(for sink: String) -> any LogStepWorker { Worker(self.options) }

    private final class Worker: LogStepWorker {
        private var json = JSONMembers()
        private let keepBody: Bool
        private let prefix: FieldName
        private let only: [FieldName]
        private var under: FieldKeys?

        init(_ options: Options) {
            self.keepBody = options.keepBody
            self.prefix = FieldName(options.prefix)
            self.only = options.only.map(FieldName.init)
            self.under = options.under.map { FieldKeys([$0]) }
        }

        func apply(
            to record: inout LogRecord,
            of input: borrowing Span<UInt8>,
            in table: inout LogTable,
        ) -> LogVerdict {
            let body = record.body
            let isObject = table.withText(body, of: input) { self.json.read($0) }
            guard isObject,
                Int(record.fieldCount) + self.json.members.count <= LogTable.fieldLimit
            else { return .failed }
            let message = self.keepBody ? nil : self.messagePlace(body, input, table)
            if self.under != nil {
                self.nest(body, message, &record, input, &table)
            } else {
                let known = Int(record.fieldCount)
                for place in self.json.members.indices where place != message {
                    let member = self.json.members[place]
                    if !self.only.isEmpty, !self.isWanted(member, body, input, table) { continue }
                    _ = table.set(
                        LogField(
                            self.key(member, body, input, &table),
                            body.part(member.value),
                            Self.form(member.kind),
                        ),
                        of: &record,
                        input,
                        first: known,
                    )
                }
            }
            if !self.keepBody { self.replaceBody(&record, message, input, &table) }
            return .keep
        }

        private static func form(_ kind: JSONMembers.Kind) -> LogField.Form {
            switch kind {
            case .plainString, .escapedString, .longNumber: .jsonString
            case .number, .word, .container: .json
            }
        }

        private func key(
            _ member: JSONMembers.Member,
            _ body: LogText,
            _ input: borrowing Span<UInt8>,
            _ table: inout LogTable,
        ) -> LogText {
            if self.prefix.bytes.isEmpty, !member.isKeyUnescaped { return body.part(member.key) }
            let start = table.derived.count
            self.prefix.append(to: &table.derived)
            if member.isKeyUnescaped {
                self.json.append(keyOf: member, to: &table.derived)
            } else {
                table.copy(body.part(member.key), of: input)
            }
            return LogText(.derived, start..<table.derived.count)
        }

        private func isWanted(
            _ member: JSONMembers.Member,
            _ body: LogText,
            _ input: borrowing Span<UInt8>,
            _ table: borrowing LogTable,
        ) -> Bool {
            table.withText(body, of: input) { text in
                self.json.withKey(member, text) { key in
                    self.only.contains { $0.bytes.span.equals(key) }
                }
            }
        }

        /// The member that says what happened: the first of the usual names that has a string.
        private func messagePlace(
            _ body: LogText,
            _ input: borrowing Span<UInt8>,
            _ table: borrowing LogTable,
        ) -> Int? {
            table.withText(body, of: input) { text in
                var best: (rank: Int, place: Int)?
                for (place, member) in self.json.members.enumerated() {
                    guard member.kind == .plainString || member.kind == .escapedString,
                        let rank = self.json.withKey(member, text, MessageNames.rank)
                    else { continue }
                    if rank < best?.rank ?? .max { best = (rank, place) }
                }
                return best?.place
            }
        }

        /// One field that has the whole object.
        private func nest(
            _ body: LogText,
            _ message: Int?,
            _ record: inout LogRecord,
            _ input: borrowing Span<UInt8>,
            _ table: inout LogTable,
        ) {
            self.under?.write(into: &table)
            guard let key = self.under?[0] else { return }
            var object = body.part(self.json.bounds)
            if message != nil || self.json.hasDuplicates {
                let start = table.derived.count
                table.derived.append(UInt8(ascii: "{"))
                for place in self.json.members.indices where place != message {
                    if table.derived.count > start + 1 { table.derived.append(UInt8(ascii: ",")) }
                    self.append(self.json.members[place], body, input, &table)
                }
                table.derived.append(UInt8(ascii: "}"))
                object = LogText(.derived, start..<table.derived.count)
            }
            _ = table.set(LogField(key, object, .json), of: &record, input)
        }

        private func append(
            _ member: JSONMembers.Member,
            _ body: LogText,
            _ input: borrowing Span<UInt8>,
            _ table: inout LogTable,
        ) {
            let quote = UInt8(ascii: "\"")
            table.derived.append(quote)
            if member.isKeyUnescaped {
                self.json.append(escapedKeyOf: member, to: &table.derived)
            } else {
                table.copy(body.part(member.key), of: input)
            }
            table.derived.append(quote)
            table.derived.append(UInt8(ascii: ":"))
            let isString = Self.form(member.kind) == .jsonString && member.kind != .longNumber
            if isString { table.derived.append(quote) }
            table.copy(body.part(member.value), of: input)
            if isString { table.derived.append(quote) }
        }

        private func replaceBody(
            _ record: inout LogRecord,
            _ message: Int?,
            _ input: borrowing Span<UInt8>,
            _ table: inout LogTable,
        ) {
            guard let message else {
                record.flags.insert(.bodyless)
                return
            }
            let member = self.json.members[message]
            var text = record.body.part(member.value)
            if member.kind == .escapedString {
                text = table.unescaped(text, of: input)
            }
            record.body = text
            record.flags.remove(.bodyless)
        }
    }
}
