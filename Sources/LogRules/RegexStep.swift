import Bytes
package import Config
package import Patterns
package import Pipeline
import Telemetry

/// Takes what the named groups of a regular expression match into fields.
package struct RegexStep: LogStep {
    /// What users may say.
    package struct Options: ComponentOptions {
        /// What is looked for.
        package var pattern: Pattern
        /// The field that is looked at; the body where nil.
        package var field: String?
        /// Groups whose text is a number if it looks like one.
        package var numbers: [String]
        /// Whether the body stays as it is.
        package var keepBody: Bool

        package init(from node: inout ConfigNode) throws(ConfigError) {
            self.pattern = node.requiredValue(
                "pattern",
                .pattern(anchored: false),
                "What is looked for; each named group, (?P<name>…), gives a field.",
            )
            self.field = node.string("field", "The field that is looked at; the body if absent.")
            self.numbers = node.strings(
                "numbers",
                "Groups whose text is sent as a number where it is one.",
            )
            self.keepBody = node.keepsBody(
                orElse: "the body is the group msg, message, log, … alone"
            )
            if self.pattern != .nothing, !self.pattern.groupNames.contains(where: { $0 != nil }) {
                node.reject(
                    "pattern",
                    because: "expected a regular expression with a named group, found none",
                    remedy: "write (?P<name>…) around what is to be a field",
                )
            }
            for name in self.numbers where self.pattern.groupNumber(named: name) == nil {
                node.reject("numbers", because: "`pattern` has no group called `\(name)`")
            }
        }
    }

    package static let name: ComponentName = "regex"

    private let options: Options

    package init(_ options: Options, in context: ComponentContext) throws(ConfigError) {
        self.options = options
    }

    package func makeWorker(for sink: String) -> any LogStepWorker { Worker(self.options) }

    private final class Worker: LogStepWorker {
        private struct Group {
            let number: Int
            let isNumber: Bool
        }

        private let pattern: Pattern
        private let literal: RequiredLiteral
        private let field: FieldName?
        private let groups: [Group]
        /// The place in `groups` of the one that says what happened, if the body is to be replaced.
        private let message: Int?
        private let keepBody: Bool
        private var keys: FieldKeys
        private var captures: [Range<Int>?] = []

        init(_ options: Options) {
            self.pattern = options.pattern
            self.literal = RequiredLiteral(of: options.pattern)
            self.field = options.field.map(FieldName.init)
            self.keepBody = options.keepBody
            var groups: [Group] = []
            var names: [String] = []
            var message: (rank: Int, place: Int)?
            for (place, name) in options.pattern.groupNames.enumerated() {
                guard let name else { continue }
                if let rank = MessageNames.rank(name.utf8.span), rank < message?.rank ?? .max {
                    message = (rank, names.count)
                }
                groups.append(
                    Group(number: place + 1, isNumber: options.numbers.contains(name))
                )
                names.append(name)
            }
            self.groups = groups
            self.keys = FieldKeys(names)
            self.message = options.keepBody ? nil : message?.place
        }

        func apply(
            to record: inout LogRecord,
            of input: borrowing Span<UInt8>,
            in table: inout LogTable,
        ) -> LogVerdict {
            var subject = record.body
            if let field = self.field {
                guard let place = field.place(in: record, of: input, in: table) else {
                    return .failed
                }
                subject = table.plainText(of: table.fields[place], input)
            }
            let isFound = table.withText(subject, of: input) { text in
                self.literal.isIn(text) && self.pattern.captures(in: text, into: &self.captures)
            }
            guard isFound else { return .failed }
            self.keys.write(into: &table)
            for (place, group) in self.groups.enumerated() where place != self.message {
                guard let range = self.captures[group.number] else { continue }
                let value = subject.part(range)
                let form: LogField.Form =
                    group.isNumber && table.isNumber(value, of: input) ? .json : .text
                let field = LogField(self.keys[place], value, form)
                if !table.set(field, of: &record, input) { return .failed }
            }
            if !self.keepBody { self.replaceBody(&record, subject) }
            return .keep
        }

        private func replaceBody(_ record: inout LogRecord, _ subject: LogText) {
            if let message = self.message,
                let range = self.captures[self.groups[message].number]
            {
                record.body = subject.part(range)
                record.flags.remove(.bodyless)
            } else if self.field == nil {
                record.flags.insert(.bodyless)
            }
        }
    }
}
