import Bytes

/// Rust's panics with their backtraces, and the reports of `anyhow` and `eyre`.
///
/// Source: Rust, `library/std/src/panicking.rs`; anyhow, `fmt.rs`.
enum RustTrace {
    static func next(_ line: borrowing Span<UInt8>, after phase: TracePhase) -> TracePhase? {
        if phase == .rustMessage { return .rust }
        if line.isBlankLine { return phase == .rust ? .rustBlank : nil }
        if line.indent > 0 { return phase == .rust ? .rust : nil }
        switch line[0] {
        case UInt8(ascii: "n"): return line.has("note: ") ? .rust : nil
        case UInt8(ascii: "s"): return line.has("stack backtrace:") ? .rust : nil
        case UInt8(ascii: "S"): return line.has("Stack backtrace:") ? .rust : nil
        case UInt8(ascii: "C"): return line.has("Caused by:") ? .rust : nil
        case UInt8(ascii: "L"): return line.has("Location:") ? .rust : nil
        default: return nil
        }
    }

    static func opening(
        of line: borrowing Span<UInt8>,
        _ indent: Int,
        _ languages: TraceLanguages,
    ) -> TraceOpening? {
        if indent > 0 { return nil }
        switch line[0] {
        case UInt8(ascii: "t"):
            if !line.has("thread '") || line.offset(of: "panicked at ") == nil { return nil }
            return .mention(line.ends(with: ":") ? .rustMessage : .rust)
        case UInt8(ascii: "s"): return line.has("stack backtrace:") ? .frame(.rust) : nil
        case UInt8(ascii: "E") where languages == .rust:
            return line.has("Error: ") ? .mention(.rust) : nil
        default: return nil
        }
    }
}
