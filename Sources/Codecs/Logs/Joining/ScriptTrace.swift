import Bytes

/// What Node.js prints before an uncaught error: the place, the line of source, a caret.
///
/// Source: Node.js, `src/node_errors.cc`, `GetErrorSource`.
enum ScriptTrace {
    static func next(_ line: borrowing Span<UInt8>, after phase: TracePhase) -> TracePhase? {
        let isBlank = line.isBlankLine
        switch phase {
        case .scriptSource: return isBlank ? nil : .scriptCode
        case .scriptCode: return Self.isCaret(line) ? .scriptCaret : nil
        case .scriptCaret where isBlank: return .scriptBlank
        default:
            if isBlank { return nil }
            let isError = line.offset(of: "Error") != nil || line.has("Uncaught ")
            return isError ? .exception : nil
        }
    }

    static func opening(of line: borrowing Span<UInt8>, _ indent: Int) -> TraceOpening? {
        if indent > 0 { return nil }
        let isPlace = line.has("/") || line.has("file:///") || line.has("node:")
        if !isPlace || line.firstOffset(of: 0x20) != nil { return nil }
        guard let colon = line.lastOffset(of: UInt8(ascii: ":")) else { return nil }
        let digits = line.digits(at: colon + 1)
        if digits == 0 || colon + 1 + digits != line.contentEnd { return nil }
        return .mention(.scriptSource)
    }

    private static func isCaret(_ line: borrowing Span<UInt8>) -> Bool {
        let end = line.contentEnd
        var index = line.indent
        if index == end { return false }
        while index < end, line[index] == UInt8(ascii: "^") { index += 1 }
        return index == end
    }
}
