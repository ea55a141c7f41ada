import Bytes
import Patterns

/// Tells of each line of one output whether it goes on with the record before it.
///
/// What looks like the start of a record begins one, always. Else a line goes on
/// - in a trace, where its language's grammar says so;
/// - after any line, if it can only be part of a trace, such as an indented `at f(x.java:1)`;
/// - after a line that looks like the start of a record, if it is the first one of a trace and was
///   written within a second of it, unless that line's level is information or less.
///
/// The automatic mode adds two more, within a second, too: after a record whose first line looks like
/// a start, indented lines go on; and so does every line that doesn't look like a start, once nearly
/// all of the output's lines that aren't indented do.
struct JoinMatcher {
    /// Lines that belong together are written within so many nanoseconds.
    private static let nearby: Int64 = 1_000_000_000
    /// So many lines show what a start looks like.
    private static let learnedLines = 20
    /// Older lines count half after so many.
    private static let rememberedLines = 1000

    private let mode: JoinPlan.Mode
    private let languages: TraceLanguages
    private let isAutomatic: Bool
    private var phase = TracePhase.none
    /// Whether the record's first line looks like a start.
    private var isLead = false
    /// Whether that line is of a level that announces no trace.
    private var isQuiet = false
    private var lastTime = Int64.min
    /// Lines that look like a start, and unindented lines that don't.
    private var shaped = 0
    private var unshaped = 0
    /// Whether the next line goes on, by the user's expression.
    private var isUnfinished = false
    /// Whether nothing can go on with the record.
    private(set) var isEnded = false

    init(_ mode: JoinPlan.Mode) {
        self.mode = mode
        switch mode {
        case .traces(let languages):
            self.languages = languages
            self.isAutomatic = false
        case .automatic:
            self.languages = .all
            self.isAutomatic = true
        case .expressions:
            self.languages = []
            self.isAutomatic = false
        }
    }

    /// Whether `line` goes on with the record before it; `isOpen` says whether there is one.
    mutating func goesOn(_ line: borrowing Span<UInt8>, at time: Int64, isOpen: Bool) -> Bool {
        if case .expressions(let expressions) = self.mode {
            return self.follows(line, expressions, isOpen: isOpen)
        }
        // A time before the last one is a clock that was set.
        let isNear = time < self.lastTime &+ Self.nearby || self.lastTime > time
        self.lastTime = time
        let shape = StartShape(line)
        if self.isAutomatic { self.learn(shape, line) }
        if shape.isStart {
            let isPanic = self.languages == .go && line.offset(of: "panic: ") != nil
            self.begin(isPanic ? .go : .none, isLead: true)
            self.isEnded = shape == .object
            self.isQuiet = !self.languages.isEmpty && StartShape.isQuiet(line)
            return false
        }
        if isOpen, !self.isEnded, self.phase != .none,
            let next = Trace.next(line, after: self.phase)
        {
            self.phase = next
            self.isEnded = next == .ended
            return true
        }
        let opening = Trace.opening(of: line, in: self.languages)
        if isOpen, !self.isEnded, self.takes(opening, line, shape, isNear) {
            if let opening { self.phase = opening.phase }
            return true
        }
        self.begin(opening?.phase ?? .none, isLead: shape == .bracket)
        return false
    }

    private mutating func begin(_ phase: TracePhase, isLead: Bool) {
        self.phase = phase
        self.isLead = isLead
        self.isQuiet = false
        self.isEnded = false
    }

    /// Whether the record takes a line that does not go on with its trace.
    private func takes(
        _ opening: TraceOpening?,
        _ line: borrowing Span<UInt8>,
        _ shape: StartShape,
        _ isNear: Bool,
    ) -> Bool {
        let isAnnounced = self.isLead && self.phase == .none && isNear && !self.isQuiet
        switch opening {
        case .frame: return true
        case .header where isAnnounced: return true
        case .header, .mention: if !isAnnounced || !self.hasLearned { return false }
        case nil: break
        }
        if !self.isAutomatic || !self.isLead || !isNear || line.isBlankLine { return false }
        let first = line[0]
        if first == 0x20 || first == 0x09 { return true }
        // What closes an object of several lines.
        let isClosing = first == UInt8(ascii: "}") || first == UInt8(ascii: "]")
        if isClosing, line.contentEnd <= 2 { return true }
        return self.hasLearned && shape == .none
    }

    private var hasLearned: Bool {
        self.shaped >= Self.learnedLines && self.shaped / 10 >= self.unshaped
    }

    private mutating func learn(_ shape: StartShape, _ line: borrowing Span<UInt8>) {
        if shape == .none {
            let isIndented = line.isEmpty || line[0] == 0x20 || line[0] == 0x09
            if isIndented || self.phase != .none { return }
            self.unshaped += 1
        } else {
            self.shaped += 1
        }
        if self.shaped + self.unshaped >= Self.rememberedLines {
            self.shaped /= 2
            self.unshaped /= 2
        }
    }

    private mutating func follows(
        _ line: borrowing Span<UInt8>,
        _ expressions: JoinExpressions,
        isOpen: Bool,
    ) -> Bool {
        let goesOn: Bool
        if !isOpen || self.isEnded {
            goesOn = false
        } else if self.isUnfinished {
            goesOn = true
        } else if Self.matches(expressions.start, line) {
            goesOn = false
        } else if !expressions.continue.isEmpty {
            goesOn = Self.matches(expressions.continue, line)
        } else {
            goesOn = !expressions.start.isEmpty || !expressions.end.isEmpty
        }
        self.isUnfinished = Self.matches(expressions.unfinished, line)
        self.isEnded = Self.matches(expressions.end, line)
        return goesOn
    }

    private static func matches(_ patterns: [Pattern], _ line: borrowing Span<UInt8>) -> Bool {
        for pattern in patterns where pattern.matches(line) { return true }
        return false
    }
}
