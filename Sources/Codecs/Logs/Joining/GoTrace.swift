import Bytes

/// What Go's runtime prints of panics, fatal errors and goroutines.
///
/// Source: Go, `runtime/panic.go`, `runtime/traceback.go`, `runtime/signal_unix.go`.
enum GoTrace {
    static func next(_ line: borrowing Span<UInt8>, after phase: TracePhase) -> TracePhase? {
        if line.isBlankLine { return phase == .go || phase == .goFrame ? .goBlank : nil }
        if line.indent > 0 {
            switch phase {
            case .go: return .go
            case .goFunction, .goFrame: return .goFrame
            default: return nil
            }
        }
        if phase == .goFunction { return nil }
        switch line[0] {
        case UInt8(ascii: "g") where Self.isGoroutine(line): return .goFrame
        case UInt8(ascii: "r") where line.has("runtime stack:"): return .goFrame
        case UInt8(ascii: "e") where line.has("exit status "): return .ended
        default: break
        }
        if phase == .goFrame {
            if line.has("created by ") { return .goFunction }
            if line.has("...additional frames elided") || line.has("[originating from") {
                return .goFrame
            }
            if line.has("panic: ") { return .go }
            return Self.isFunction(line) ? .goFunction : nil
        }
        if Self.isRegister(line) || line.has("[signal ") || line.has("runtime: ") { return .go }
        if phase == .goBlank { return nil }
        let isMore = line.has("panic: ") || line.has("fatal error: ") || line.has("PC=")
        return isMore ? .go : nil
    }

    static func opening(of line: borrowing Span<UInt8>, _ indent: Int) -> TraceOpening? {
        if indent > 0 { return nil }
        switch line[0] {
        case UInt8(ascii: "g") where Self.isGoroutine(line): return .header(.goFrame)
        case UInt8(ascii: "p") where line.has("panic: "): return .mention(.go)
        case UInt8(ascii: "f") where line.has("fatal error: "): return .mention(.go)
        case UInt8(ascii: "h") where line.has("http: panic serving "): return .mention(.go)
        case UInt8(ascii: "r") where line.has("runtime: "): return .mention(.go)
        case UInt8(ascii: "u") where line.has("unexpected fault address "): return .mention(.go)
        case UInt8(ascii: "S") where line.has("SIG"):
            return line.offset(of: ": ").map { $0 < 10 } ?? false ? .mention(.go) : nil
        default: return nil
        }
    }

    /// Whether a line is `goroutine 7 [chan receive, 2 minutes]:` or alike.
    private static func isGoroutine(_ line: borrowing Span<UInt8>) -> Bool {
        if !line.has("goroutine ") { return false }
        let digits = line.digits(at: 10)
        return digits > 0 && line.has(" [", at: 10 + digits)
    }

    /// `net/http.(*conn).serve(0x…)`: no space, and no colon, before the first parenthesis.
    private static func isFunction(_ line: borrowing Span<UInt8>) -> Bool {
        guard let open = line.firstOffset(of: UInt8(ascii: "(")) else { return false }
        var index = 0
        while index < open {
            if line[index] == 0x20 || line[index] == UInt8(ascii: ":") { return false }
            index += 1
        }
        return open > 0 && line[line.contentEnd - 1] == UInt8(ascii: ")")
    }

    /// Whether a line is `rax    0x0` or alike.
    private static func isRegister(_ line: borrowing Span<UInt8>) -> Bool {
        let end = line.nameEnd()
        if end == 0 || end > 6 || line.byte(at: end) != 0x20 { return false }
        var index = end
        while line.byte(at: index) == 0x20 { index += 1 }
        return line.has("0x", at: index)
    }
}
