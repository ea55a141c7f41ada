import Bytes
import Config
import Patterns
import Telemetry

/// What must be so of a record; all that is said must be.
struct LogCondition: ComponentOptions {
    /// Names of levels for `severity`.
    enum Level: String, Sendable, CaseIterable {
        case trace, debug, info, warn, error, fatal

        var severity: LogSeverity {
            switch self {
            case .trace: .trace
            case .debug: .debug
            case .info: .info
            case .warn: .warning
            case .error: .error
            case .fatal: .fatal
            }
        }
    }

    private let bodyMatches: Pattern?
    private let bodyContains: [UInt8]
    private let field: FieldName?
    private let equals: [[UInt8]]
    private let matches: Pattern?
    private let atLeast: Level?
    private let below: Level?
    private let isNegated: Bool
    private let literals: (body: RequiredLiteral?, field: RequiredLiteral?)

    /// Whether nothing is said.
    let isEmpty: Bool

    init(from node: inout ConfigNode) throws(ConfigError) {
        self.bodyMatches = node.pattern(
            "body_matches",
            anchored: false,
            "A regular expression that the text matches somewhere.",
        )
        self.bodyContains = Array(
            (node.string("body_contains", "What stands in the text.") ?? "").utf8
        )
        let field = node.string("field", "A field; it is there if nothing else is said of it.")
        self.field = field.map(FieldName.init)
        self.equals = node.strings("equals", orSingle: true, "Values, one of which the field has.")
            .map { Array($0.utf8) }
        self.matches = node.pattern(
            "matches",
            anchored: false,
            "A regular expression that the field's value matches somewhere.",
        )
        self.atLeast = node.choice(
            "severity",
            of: Level.self,
            "The record is at least that grave.",
        )
        self.below = node.choice(
            "severity_below",
            of: Level.self,
            "The record is less grave; one of unknown severity is not.",
        )
        self.isNegated = node.bool("not", default: false, "Turns the condition into its opposite.")
        self.literals = (
            self.bodyMatches.map(RequiredLiteral.init(of:)),
            self.matches.map(RequiredLiteral.init(of:)),
        )
        self.isEmpty =
            self.bodyMatches == nil && self.bodyContains.isEmpty && field == nil
            && self.atLeast == nil && self.below == nil
        if field == nil, !self.equals.isEmpty || self.matches != nil {
            node.reject(
                self.matches == nil ? "equals" : "matches",
                because: "there is no field to look at",
                remedy: "name one with `field`, or use `body_matches`",
            )
        }
    }

    /// Whether a record is as the condition says.
    func holds(
        for record: LogRecord,
        of input: borrowing Span<UInt8>,
        in table: borrowing LogTable,
        scratch: inout OutputBuffer,
    ) -> Bool {
        self.holdsAsWritten(for: record, of: input, in: table, scratch: &scratch)
            != self.isNegated
    }

    private func holdsAsWritten(
        for record: LogRecord,
        of input: borrowing Span<UInt8>,
        in table: borrowing LogTable,
        scratch: inout OutputBuffer,
    ) -> Bool {
        if let atLeast = self.atLeast, record.severity < atLeast.severity { return false }
        if let below = self.below,
            record.severity == .unknown || record.severity >= below.severity
        {
            return false
        }
        if !self.bodyContains.isEmpty || self.bodyMatches != nil {
            let isBody = table.withText(record.body, of: input) { body in
                if !self.bodyContains.isEmpty, !body.contains(self.bodyContains.span) {
                    return false
                }
                guard let pattern = self.bodyMatches else { return true }
                return self.literals.body?.isIn(body) != false && pattern.matches(body)
            }
            if !isBody { return false }
        }
        guard let name = self.field else { return true }
        guard let place = name.place(in: record, of: input, in: table) else { return false }
        let field = table.fields[place]
        return table.withText(field.value, of: input) { value in
            if field.form != .jsonString || value.firstOffset(of: UInt8(ascii: "\\")) == nil {
                return self.isValue(value)
            }
            scratch.removeAll()
            scratch.append(jsonUnescaped: value)
            return self.isValue(scratch.span)
        }
    }

    private func isValue(_ value: borrowing Span<UInt8>) -> Bool {
        if !self.equals.isEmpty, !self.equals.contains(where: { $0.span.equals(value) }) {
            return false
        }
        guard let pattern = self.matches else { return true }
        return self.literals.field?.isIn(value) != false && pattern.matches(value)
    }
}
