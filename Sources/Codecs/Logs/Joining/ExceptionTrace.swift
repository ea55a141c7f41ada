import Bytes

/// The traces of Java, Kotlin, Scala, .NET, and JavaScript's errors: a name and message, frames that
/// begin with `at`, causes.
///
/// Sources: OpenJDK, `Throwable.printStackTrace`; logback, `ThrowableProxyConverter`; .NET runtime,
/// `Exception.ToString`; Google's detect-exceptions plugin, which has one table for them, too.
enum ExceptionTrace {
    static func next(_ line: borrowing Span<UInt8>, after phase: TracePhase) -> TracePhase? {
        if line.isBlankLine { return phase == .exception ? .exceptionBlank : nil }
        let indent = line.indent
        switch phase {
        case .exceptionNested: return .exception
        case .exceptionBlank:
            if line.has("Node.js v") { return .ended }
            let goesOn = indent > 0 ? Self.isFrame(line, indent) : Self.isCause(line, 0)
            return goesOn ? .exception : nil
        default: break
        }
        if line.ends(with: "nested exception is:"), indent > 0 || Self.isCause(line, 0) {
            return .exceptionNested
        }
        if indent > 0 || Self.isCause(line, 0) || Self.isFrame(line, 0) { return .exception }
        if line.has("--- End of ") || line.has("From previous event:") { return .exception }
        if line.has("Node.js v") { return .ended }
        // What closes an object that Node.js shows with an error.
        let first = line[0]
        if first == UInt8(ascii: "}") || first == UInt8(ascii: "]") {
            return line.contentEnd <= 2 ? .exception : nil
        }
        return nil
    }

    /// What announces another exception, or another trace of the same one.
    private static func isCause(_ line: borrowing Span<UInt8>, _ offset: Int) -> Bool {
        switch line.byte(at: offset) {
        case UInt8(ascii: "C"):
            line.has("Caused by:", at: offset) || line.has("Caused: ", at: offset)
        case UInt8(ascii: "S"):
            line.has("Suppressed: ", at: offset) || line.has("Stack backtrace:", at: offset)
        case UInt8(ascii: "W"): line.has("Wrapped by: ", at: offset)
        case UInt8(ascii: "["): line.has("[CIRCULAR REFERENCE", at: offset)
        case UInt8(ascii: "n"): line.has("nested exception is:", at: offset)
        case UInt8(ascii: "L"): line.has("Location:", at: offset)
        default: false
        }
    }

    /// Whether a line could only stand inside of a trace.
    private static func isFrame(_ line: borrowing Span<UInt8>, _ offset: Int) -> Bool {
        switch line.byte(at: offset) {
        case UInt8(ascii: "a"), UInt8(ascii: "e"):
            let name =
                line.has("at ", at: offset)
                ? offset + 3 : line.has("eval at ", at: offset) ? offset + 8 : line.count
            if name >= line.count || offset == 0 { return false }
            return line.firstOffset(of: UInt8(ascii: "("), from: name) != nil
                || line.firstOffset(of: UInt8(ascii: ":"), from: name) != nil
        case UInt8(ascii: "."):
            if !line.has("... ", at: offset) { return false }
            let digits = line.digits(at: offset + 4)
            let word = offset + 5 + digits
            return digits > 0
                && (line.has("more", at: word) || line.has("common frames", at: word)
                    || line.has("frames", at: word))
        case UInt8(ascii: "-"):
            return line.has("--- End of inner exception stack trace", at: offset)
                || line.has("---> ", at: offset)
        default: return offset > 0 && line.byte(at: offset) < 0x60 && Self.isCause(line, offset)
        }
    }

    static func opening(
        of line: borrowing Span<UInt8>,
        _ indent: Int,
    ) -> TraceOpening? {
        if Self.isFrame(line, indent) || Self.isCause(line, indent) && indent == 0 {
            return .frame(.exception)
        }
        let first = line[indent] | 0x20
        if indent > 0 || first &- 0x61 >= 26 { return nil }
        if line.has("Exception in thread \"") || line.has("Unhandled exception. ")
            || line.has("Unhandled Exception: ")
        {
            return .header(.exception)
        }
        if line.has("Uncaught ") { return .mention(.exception) }
        let end = line.nameEnd()
        let after = line.byte(at: end)
        let isAlone = end == line.contentEnd
        let isCode = after == 0x20 && line.byte(at: end + 1) == UInt8(ascii: "[")
        if !isAlone && !isCode && after != UInt8(ascii: ":") { return nil }
        let name = line.extracting(first: end)
        let dot = name.lastOffset(of: UInt8(ascii: "."))
        let isError = Self.isErrorName(name)
        let phase: TracePhase =
            line.ends(with: "nested exception is:") ? .exceptionNested : .exception
        if isError { return .header(phase) }
        guard let dot, dot + 1 < end, name[dot + 1] &- 0x41 < 26 else { return nil }
        return .mention(phase)
    }

    private static func isErrorName(_ name: borrowing Span<UInt8>) -> Bool {
        switch name.byte(at: name.count - 1) {
        case UInt8(ascii: "n"): name.ends(with: "Exception")
        case UInt8(ascii: "r"): name.ends(with: "Error")
        case UInt8(ascii: "e"): name.ends(with: "Throwable")
        default: false
        }
    }
}
