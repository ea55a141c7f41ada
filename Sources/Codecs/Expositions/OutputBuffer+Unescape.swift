package import Bytes

extension OutputBuffer {
    /// Appends a label value or quoted name with its escapes resolved.
    ///
    /// `\\`, `\"` and `\n` are escapes; any other backslash stands for itself.
    package mutating func append(unescapingLabel text: borrowing Span<UInt8>) {
        guard text.firstOffset(of: UInt8(ascii: "\\")) != nil else {
            self.append(text)
            return
        }
        var index = 0
        while index < text.count {
            let byte = text[index]
            index += 1
            guard byte == UInt8(ascii: "\\"), index < text.count else {
                self.append(byte)
                continue
            }
            switch text[index] {
            case UInt8(ascii: "n"): self.append(UInt8(ascii: "\n"))
            case UInt8(ascii: "\\"), UInt8(ascii: "\""): self.append(text[index])
            default:
                self.append(byte)
                continue
            }
            index += 1
        }
    }

    /// Appends a help text with its escapes resolved: `\\` and `\n`.
    package mutating func append(unescapingHelp text: borrowing Span<UInt8>) {
        var index = 0
        while index < text.count {
            let byte = text[index]
            index += 1
            if byte == UInt8(ascii: "\\"), index < text.count,
                text[index] == UInt8(ascii: "n") || text[index] == UInt8(ascii: "\\")
            {
                self.append(text[index] == UInt8(ascii: "n") ? UInt8(ascii: "\n") : byte)
                index += 1
            } else {
                self.append(byte)
            }
        }
    }
}
