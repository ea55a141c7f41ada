package import Patterns

/// How the lines of one output of a container become records.
package struct JoinPlan: Sendable, Hashable {
    /// What tells that a line goes on with the record before it.
    package enum Mode: Sendable, Hashable {
        /// The stack traces of some languages.
        case traces(TraceLanguages)
        /// Those of all languages, and what the container's own lines show.
        case automatic
        /// The user's expressions.
        case expressions(JoinExpressions)
    }

    /// What tells that a line goes on with the record before it.
    package var mode: Mode
    /// The most lines of a record; what is above begins another one.
    package var maxLines = 500
    /// The most bytes of a record of several lines; what is above begins another one.
    package var maxBytes = 256 << 10
    /// How long further lines are waited for.
    package var timeout = Duration.seconds(1)

    /// Joins as `mode` says, within the default limits.
    package init(_ mode: Mode) {
        self.mode = mode
    }
}

/// A user's own expressions of which lines belong together.
package struct JoinExpressions: Sendable, Hashable {
    /// Lines that begin a record.
    package var start: [Pattern] = []
    /// Lines that go on with the one before.
    package var `continue`: [Pattern] = []
    /// Lines that end a record.
    package var end: [Pattern] = []
    /// Lines that the next one goes on with.
    package var unfinished: [Pattern] = []

    /// Nothing is joined.
    package init() {}

    /// Whether there is none.
    package var isEmpty: Bool {
        self.start.isEmpty && self.continue.isEmpty && self.end.isEmpty && self.unfinished.isEmpty
    }
}
