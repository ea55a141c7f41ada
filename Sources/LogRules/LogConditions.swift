import Bytes
import Config
import Telemetry

/// Conditions of a step: its own, and lists of which all or any must hold.
struct LogConditions: Sendable {
    private let own: LogCondition
    private let all: [LogCondition]
    private let any: [LogCondition]

    /// The most conditions in a list.
    private static let limit = 100

    /// Whether nothing is said, so that every record is meant.
    var isEmpty: Bool { self.own.isEmpty && self.all.isEmpty && self.any.isEmpty }

    init(reading node: inout ConfigNode) throws(ConfigError) {
        self.own = try LogCondition(from: &node)
        self.all = Self.list("all", "Conditions that must all hold.", &node)
        self.any = Self.list("any", "Conditions of which one must hold.", &node)
    }

    private static func list(
        _ key: String,
        _ summary: String,
        _ node: inout ConfigNode,
    ) -> [LogCondition] {
        let list = node.sections(key, summary) { child throws(ConfigError) in
            let condition = try LogCondition(from: &child)
            if condition.isEmpty {
                child.reject(
                    because: "a condition that says nothing",
                    remedy: "give it `body_matches`, `body_contains`, `field` or `severity`",
                )
            }
            return condition
        }
        if list.count > Self.limit {
            node.reject(key, because: "more than \(Self.limit) conditions")
        }
        return list
    }

    /// Whether a record is as they say.
    func hold(
        for record: LogRecord,
        of input: borrowing Span<UInt8>,
        in table: borrowing LogTable,
        scratch: inout OutputBuffer,
    ) -> Bool {
        if !self.own.isEmpty,
            !self.own.holds(for: record, of: input, in: table, scratch: &scratch)
        {
            return false
        }
        for condition in self.all
        where !condition.holds(for: record, of: input, in: table, scratch: &scratch) {
            return false
        }
        if self.any.isEmpty { return true }
        for condition in self.any
        where condition.holds(for: record, of: input, in: table, scratch: &scratch) {
            return true
        }
        return false
    }
}
