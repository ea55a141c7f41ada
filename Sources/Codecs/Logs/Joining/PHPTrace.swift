import Bytes

/// PHP's fatal errors and the traces of exceptions, also as Laravel logs them.
///
/// Source: PHP, `main/main.c`, `Zend/zend_exceptions.c`; Xdebug; Monolog, `LineFormatter`.
enum PHPTrace {
    static func next(_ line: borrowing Span<UInt8>, after phase: TracePhase) -> TracePhase? {
        if line.isBlankLine { return phase == .php ? .phpBlank : nil }
        if line.has("Next ") || Self.isInside(line, 0) { return .php }
        if phase == .phpBlank { return nil }
        if line.indent > 0 { return .php }
        if line.has("PHP   ") || line.has("[previous exception]") { return .php }
        // The end of Laravel's context.
        return line.has("\"}") ? .ended : nil
    }

    static func opening(of line: borrowing Span<UInt8>, _ indent: Int) -> TraceOpening? {
        if indent > 0 {
            return line.has("thrown in ", at: indent) ? .frame(.php) : nil
        }
        switch line[0] {
        case UInt8(ascii: "P") where line.has("PHP "):
            if line.has("PHP Stack trace:") { return .frame(.php) }
            return line.offset(of: ": ").map { $0 < 24 } ?? false ? .mention(.php) : nil
        case UInt8(ascii: "F") where line.has("Fatal error: "),
            UInt8(ascii: "P") where line.has("Parse error: "):
            return .mention(.php)
        default: return Self.isInside(line, 0) ? .frame(.php) : nil
        }
    }

    /// Whether a line is `Stack trace:`, `#0 /app/index.php(3): f()` or `[stacktrace]`.
    private static func isInside(_ line: borrowing Span<UInt8>, _ offset: Int) -> Bool {
        switch line.byte(at: offset) {
        case UInt8(ascii: "S"): return line.has("Stack trace:", at: offset)
        case UInt8(ascii: "["): return line.has("[stacktrace]", at: offset)
        case UInt8(ascii: "#"):
            let digits = line.digits(at: offset + 1)
            let rest = offset + 1 + digits
            if digits == 0 || line.byte(at: rest) != 0x20 { return false }
            let first = line.byte(at: rest + 1)
            return first == UInt8(ascii: "/") || first == UInt8(ascii: "{")
                || first == UInt8(ascii: "[") || line.offset(of: "(", from: rest) != nil
        default: return false
        }
    }
}
