/// Languages whose stack traces are known.
package struct TraceLanguages: OptionSet, Sendable, Hashable {
    /// The set as bits.
    package let rawValue: UInt8

    /// Takes the set from bits.
    package init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Java, Kotlin, Scala and .NET, whose traces have one grammar.
    package static let exceptions = TraceLanguages(rawValue: 1)
    /// JavaScript: that grammar, and what Node.js prints around it.
    package static let javascript = TraceLanguages(rawValue: 1 | 2)
    /// Python.
    package static let python = TraceLanguages(rawValue: 4)
    /// Go.
    package static let go = TraceLanguages(rawValue: 8)
    /// Ruby, also with Rails.
    package static let ruby = TraceLanguages(rawValue: 16)
    /// PHP.
    package static let php = TraceLanguages(rawValue: 32)
    /// Rust.
    package static let rust = TraceLanguages(rawValue: 64)
    /// All of them.
    package static let all = TraceLanguages(rawValue: 127)
}

/// Where in a trace its last line was.
enum TracePhase: UInt8, Sendable {
    /// In no trace.
    case none
    /// Nothing can follow.
    case ended
    case exception, exceptionBlank, exceptionNested
    case scriptSource, scriptCode, scriptCaret, scriptBlank
    case python, pythonEnd, pythonBlank, pythonChain
    case go, goBlank, goFrame, goFunction
    case ruby, rubyBlank
    case php, phpBlank
    case rust, rustMessage, rustBlank
}

/// What a line outside of a trace is to one.
enum TraceOpening: Sendable, Hashable {
    /// A line within a trace, which belongs to the line before it, whatever that says.
    case frame(TracePhase)
    /// The first line of a trace that a log line announced, if the line before looks like one.
    case header(TracePhase)
    /// The first line of a trace, or a single line that only looks like one.
    case mention(TracePhase)

    var phase: TracePhase {
        switch self {
        case .frame(let phase), .header(let phase), .mention(let phase): phase
        }
    }
}

/// The grammars of all languages.
enum Trace {
    /// The phase after a line that goes on with a trace; nil for one that doesn't.
    static func next(_ line: borrowing Span<UInt8>, after phase: TracePhase) -> TracePhase? {
        switch phase {
        case .none, .ended: nil
        case .exception, .exceptionBlank, .exceptionNested: ExceptionTrace.next(line, after: phase)
        case .scriptSource, .scriptCode, .scriptCaret, .scriptBlank:
            ScriptTrace.next(line, after: phase)
        case .python, .pythonEnd, .pythonBlank, .pythonChain: PythonTrace.next(line, after: phase)
        case .go, .goBlank, .goFrame, .goFunction: GoTrace.next(line, after: phase)
        case .ruby, .rubyBlank: RubyTrace.next(line, after: phase)
        case .php, .phpBlank: PHPTrace.next(line, after: phase)
        case .rust, .rustMessage, .rustBlank: RustTrace.next(line, after: phase)
        }
    }

    /// What a line is to the traces of `languages`; nil for nothing.
    static func opening(
        of line: borrowing Span<UInt8>,
        in languages: TraceLanguages,
    ) -> TraceOpening? {
        let indent = line.indent
        if indent == line.count { return nil }
        if languages.contains(.go), let found = GoTrace.opening(of: line, indent) { return found }
        if languages.contains(.python), let found = PythonTrace.opening(of: line, indent) {
            return found
        }
        if languages.contains(.rust), let found = RustTrace.opening(of: line, indent, languages) {
            return found
        }
        if languages.contains(.php), let found = PHPTrace.opening(of: line, indent) {
            return found
        }
        if languages.contains(.exceptions),
            let found = ExceptionTrace.opening(of: line, indent)
        {
            return found
        }
        if languages.contains(.javascript), let found = ScriptTrace.opening(of: line, indent) {
            return found
        }
        return languages.contains(.ruby) ? RubyTrace.opening(of: line, indent) : nil
    }
}
