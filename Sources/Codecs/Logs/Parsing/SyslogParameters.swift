package import Bytes

/// The parameters of a syslog message's structured data, `[id name="value" …][id …]`, in order.
///
/// Source: RFC 5424, section 6.3.
package struct SyslogParameters: Sendable {
    /// One parameter.
    package struct Parameter: Sendable, Hashable {
        /// Where the element's id lies.
        package var element: Range<Int>
        /// Where the name lies.
        package var name: Range<Int>
        /// Where the value lies, quotes left out.
        package var value: Range<Int>
        /// Whether a backslash stands before some of its quotes, backslashes and brackets.
        package var hasEscapes: Bool
    }

    private var index: Int
    private var element = 0..<0

    /// Starts where a line's structured data start.
    package init(from start: Int) {
        self.index = start
    }

    /// Where structured data end that start at `start`; nil when they are not well-formed.
    static func end(_ text: borrowing Span<UInt8>, from start: Int) -> Int? {
        var parameters = SyslogParameters(from: start)
        while parameters.next(text) != nil {}
        let end = parameters.index
        return end > start && text[end &- 1] == UInt8(ascii: "]") && parameters.isOutside
            ? end : nil
    }

    /// Whether no element is open.
    private var isOutside: Bool { self.element.isEmpty }

    /// The next parameter; nil at the end, or where something is wrong.
    package mutating func next(_ text: borrowing Span<UInt8>) -> Parameter? {
        while self.index < text.count {
            if self.element.isEmpty {
                guard text[self.index] == UInt8(ascii: "[") else { return nil }
                let start = self.index &+ 1
                let end = Self.endOfName(text, from: start)
                if end == start || end == text.count { return nil }
                self.element = start..<end
                self.index = end
            }
            switch text[self.index] {
            case UInt8(ascii: "]"):
                self.element = 0..<0
                self.index &+= 1
            case UInt8(ascii: " "):
                return self.parameter(text)
            default:
                return nil
            }
        }
        return nil
    }

    private mutating func parameter(_ text: borrowing Span<UInt8>) -> Parameter? {
        let start = self.index &+ 1
        let end = Self.endOfName(text, from: start)
        guard end > start, end &+ 1 < text.count, text[end] == UInt8(ascii: "="),
            text[end &+ 1] == UInt8(ascii: "\"")
        else { return nil }
        let value = end &+ 2
        var index = value
        var hasEscapes = false
        while index < text.count, text[index] != UInt8(ascii: "\"") {
            if text[index] == UInt8(ascii: "\\") {
                hasEscapes = true
                index &+= 1
            }
            index &+= 1
        }
        if index >= text.count { return nil }
        self.index = index &+ 1
        return Parameter(
            element: self.element,
            name: start..<end,
            value: value..<index,
            hasEscapes: hasEscapes,
        )
    }

    private static func endOfName(_ text: borrowing Span<UInt8>, from start: Int) -> Int {
        var index = start
        while index < text.count {
            switch text[index] {
            case 0...0x20, UInt8(ascii: "="), UInt8(ascii: "]"), UInt8(ascii: "\""): return index
            default: index &+= 1
            }
        }
        return index
    }
}

extension OutputBuffer {
    /// Takes the backslashes away that stand before quotes, backslashes and brackets, from `start` on.
    package mutating func removeSyslogEscapes(from start: Int) {
        var kept = start
        var index = start
        while index < self.count {
            if self.span[index] == UInt8(ascii: "\\"), index &+ 1 < self.count {
                switch self.span[index &+ 1] {
                case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "]"): index &+= 1
                default: break
                }
            }
            let byte = self.span[index]
            self.overwrite(byte, at: kept)
            kept &+= 1
            index &+= 1
        }
        self.truncate(to: kept)
    }
}
