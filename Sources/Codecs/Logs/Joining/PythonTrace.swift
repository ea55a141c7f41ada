import Bytes

/// Python's tracebacks, also chained ones and those of groups.
///
/// Source: CPython, `Lib/traceback.py`, `TracebackException.format`.
enum PythonTrace {
    static func next(_ line: borrowing Span<UInt8>, after phase: TracePhase) -> TracePhase? {
        if line.isBlankLine {
            return phase == .pythonEnd ? .pythonBlank : phase == .pythonChain ? phase : nil
        }
        let isIndented = line.indent > 0
        switch phase {
        case .python:
            if isIndented || line.has(Self.header) { return .python }
            if Self.isException(line) { return .pythonEnd }
            // Ruby once had the same first line.
            return RubyTrace.isFrame(line) ? .ruby : nil
        case .pythonEnd:
            // What a worker's traceback stands in.
            return isIndented || line.has("\"\"\"") ? .pythonEnd : nil
        case .pythonBlank:
            if line.has("\"\"\"") { return .pythonEnd }
            let isChain =
                line.has("During handling of the above exception")
                || line.has("The above exception was the direct cause")
            return isChain ? .pythonChain : nil
        default:
            return line.offset(of: Self.header) != nil ? .python : nil
        }
    }

    static func opening(of line: borrowing Span<UInt8>, _ indent: Int) -> TraceOpening? {
        switch line[indent] {
        case UInt8(ascii: "T") where indent == 0 && line.has(Self.header): return .header(.python)
        case UInt8(ascii: "+") where line.has("+ Exception Group Traceback", at: indent):
            return .header(.python)
        case UInt8(ascii: "F") where indent > 0 && line.has("File \"", at: indent):
            return line.offset(of: "\", line ", from: indent) != nil ? .header(.python) : nil
        case UInt8(ascii: "E") where indent == 0 && line.has("Exception ignored in: "):
            return .mention(.pythonChain)
        default: return nil
        }
    }

    /// `package.KeyError`, alone or before a colon.
    private static func isException(_ line: borrowing Span<UInt8>) -> Bool {
        let first = line[0]
        if (first | 0x20) &- 0x61 >= 26, first != UInt8(ascii: "_") { return false }
        let end = line.nameEnd()
        return end == line.contentEnd || line.byte(at: end) == UInt8(ascii: ":")
    }

    private static var header: StaticString { "Traceback (most recent call last)" }
}
