import Bytes

/// Ruby's backtraces, also as Rails logs them.
///
/// Source: CRuby, `eval_error.c`; Rails, `ActionDispatch::DebugExceptions`.
enum RubyTrace {
    static func next(_ line: borrowing Span<UInt8>, after phase: TracePhase) -> TracePhase? {
        if line.isBlankLine { return phase == .ruby ? .rubyBlank : nil }
        if line.indent > 0 { return .ruby }
        // With a message behind, it is the first line of another error.
        if Self.isFrame(line) {
            return line[line.contentEnd - 1] == UInt8(ascii: "'") ? .ruby : nil
        }
        if line.has("Did you mean?") || line.has("Caused by:") { return .ruby }
        return phase == .ruby && Self.isTitle(line) ? .ruby : nil
    }

    static func opening(of line: borrowing Span<UInt8>, _ indent: Int) -> TraceOpening? {
        if indent > 0 {
            return line.has("from ", at: indent) && Self.isFrame(line) ? .frame(.ruby) : nil
        }
        if Self.isFrame(line) { return .header(.ruby) }
        return Self.isTitle(line) ? .mention(.ruby) : nil
    }

    /// Whether a line has a place: `app/shop.rb:12:in 'Shop#open'`, before Ruby 3.4 with a backquote.
    static func isFrame(_ line: borrowing Span<UInt8>) -> Bool {
        guard let place = line.offset(of: ":in "), place > 2 else { return false }
        let quote = line.byte(at: place + 4)
        if quote != UInt8(ascii: "'"), quote != UInt8(ascii: "`") { return false }
        var digits = place
        while digits > 0, line[digits - 1] &- 0x30 < 10 { digits -= 1 }
        return digits < place && digits > 1 && line[digits - 1] == UInt8(ascii: ":")
    }

    /// Whether a line names an error and no more: `ActionView::Template::Error (undefined method):`.
    private static func isTitle(_ line: borrowing Span<UInt8>) -> Bool {
        if line[0] &- 0x41 >= 26 || !line.ends(with: "):") { return false }
        guard let open = line.offset(of: " (") else { return false }
        return line.firstOffset(of: 0x20) == open
    }
}
