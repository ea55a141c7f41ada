import Bytes
package import Telemetry

/// Lists of target groups in JSON, as `file_sd_configs` and `http_sd_configs` take them.
///
/// Strict, as Prometheus's reader is: no comments, no trailing commas, no other keys. Source:
/// Prometheus, `discovery/targetgroup/targetgroup.go`; RFC 8259.
package struct TargetGroupJSON: ~Copyable {
    /// Why the text is no list of target groups.
    package struct Unreadable: Error, Sendable, CustomStringConvertible {
        /// What was expected, what was found, and at which byte.
        package let description: String
    }

    /// The most targets of one text, and the most groups.
    package static let targetLimit = 100_000
    /// The most labels of a group.
    package static let labelLimit = 1_000
    /// The most bytes of one string.
    package static let stringLimit = 64 << 10

    private var position = 0
    private var targets = 0
    private var unescaped = OutputBuffer(capacity: 256)

    private init() {}

    /// Reads a whole text.
    package static func read(
        _ text: borrowing Span<UInt8>
    ) throws(Unreadable) -> [TargetGroup] {
        var reader = TargetGroupJSON()
        var groups: [TargetGroup] = []
        if reader.takeNull(in: text) {
            try reader.expectEnd(in: text)
            return []
        }
        try reader.expect(UInt8(ascii: "["), in: text)
        var isFirst = true
        while try reader.hasNext(UInt8(ascii: "]"), &isFirst, in: text) {
            if groups.count >= Self.targetLimit {
                throw reader.failure("at most \(Self.targetLimit) groups", in: text)
            }
            groups.append(try reader.group(in: text))
        }
        try reader.expectEnd(in: text)
        return groups
    }

    private mutating func group(in text: borrowing Span<UInt8>) throws(Unreadable) -> TargetGroup {
        var group = TargetGroup()
        try self.expect(UInt8(ascii: "{"), in: text)
        var isFirst = true
        while try self.hasNext(UInt8(ascii: "}"), &isFirst, in: text) {
            let start = self.position
            switch try self.key(in: text) {
            case "targets": group.targets = try self.addresses(in: text)
            case "labels": group.labels = try self.labels(in: text)
            default:
                self.position = start
                throw self.failure("the key \"targets\" or \"labels\"", in: text)
            }
        }
        return group
    }

    private mutating func addresses(
        in text: borrowing Span<UInt8>
    ) throws(Unreadable) -> [LabelSet] {
        if self.takeNull(in: text) { return [] }
        try self.expect(UInt8(ascii: "["), in: text)
        var addresses: [LabelSet] = []
        var isFirst = true
        while try self.hasNext(UInt8(ascii: "]"), &isFirst, in: text) {
            self.targets += 1
            if self.targets > Self.targetLimit {
                throw self.failure("at most \(Self.targetLimit) targets", in: text)
            }
            addresses.append(["__address__": try self.string(in: text)])
        }
        return addresses
    }

    private mutating func labels(in text: borrowing Span<UInt8>) throws(Unreadable) -> LabelSet {
        var labels = LabelSet()
        if self.takeNull(in: text) { return labels }
        try self.expect(UInt8(ascii: "{"), in: text)
        var isFirst = true
        while try self.hasNext(UInt8(ascii: "}"), &isFirst, in: text) {
            let start = self.position
            let name = try self.key(in: text)
            if name.isEmpty || labels.labels.count >= Self.labelLimit {
                self.position = start
                let expected = name.isEmpty ? "a label name" : "at most \(Self.labelLimit) labels"
                throw self.failure(expected, in: text)
            }
            labels[name] = try self.string(in: text)
        }
        return labels
    }

    // MARK: Tokens

    /// Whether a list or an object has a further element; its end and commas are taken.
    private mutating func hasNext(
        _ end: UInt8,
        _ isFirst: inout Bool,
        in text: borrowing Span<UInt8>,
    ) throws(Unreadable) -> Bool {
        let next = self.peek(in: text)
        if next == end {
            self.position += 1
            return false
        }
        if isFirst {
            isFirst = false
        } else {
            try self.expect(UInt8(ascii: ","), in: text)
        }
        return true
    }

    private mutating func key(in text: borrowing Span<UInt8>) throws(Unreadable) -> String {
        let key = try self.string(in: text)
        try self.expect(UInt8(ascii: ":"), in: text)
        return key
    }

    private mutating func string(in text: borrowing Span<UInt8>) throws(Unreadable) -> String {
        guard self.peek(in: text) == UInt8(ascii: "\"") else {
            throw self.failure("a string", in: text)
        }
        self.position += 1
        self.unescaped.removeAll()
        while self.position < text.count {
            let byte = text[self.position]
            self.position += 1
            if byte == UInt8(ascii: "\"") {
                let string = self.unescaped.span
                if !string.isValidUTF8 { throw self.failure("UTF-8 in a string", in: text) }
                return string.text
            }
            if byte < 0x20 { throw self.failure("no control character in a string", in: text) }
            if self.unescaped.count >= Self.stringLimit {
                throw self.failure("at most \(Self.stringLimit) bytes in a string", in: text)
            }
            if byte == UInt8(ascii: "\\") {
                try self.escape(in: text)
            } else {
                self.unescaped.append(byte)
            }
        }
        throw self.failure("the end of a string", in: text)
    }

    private mutating func escape(in text: borrowing Span<UInt8>) throws(Unreadable) {
        guard self.position < text.count else { throw self.failure("an escape", in: text) }
        let byte = text[self.position]
        self.position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): self.unescaped.append(byte)
        case UInt8(ascii: "b"): self.unescaped.append(0x08)
        case UInt8(ascii: "f"): self.unescaped.append(0x0c)
        case UInt8(ascii: "n"): self.unescaped.append(0x0a)
        case UInt8(ascii: "r"): self.unescaped.append(0x0d)
        case UInt8(ascii: "t"): self.unescaped.append(0x09)
        case UInt8(ascii: "u"):
            var scalar = try self.hexadecimal(in: text)
            // A character beyond 16 bits is written as two halves.
            if scalar & 0xfc00 == 0xd800, self.position + 1 < text.count,
                text[self.position] == UInt8(ascii: "\\"),
                text[self.position + 1] == UInt8(ascii: "u")
            {
                let start = self.position
                self.position += 2
                let low = try self.hexadecimal(in: text)
                if low & 0xfc00 == 0xdc00 {
                    scalar = 0x10000 + (scalar & 0x3ff) << 10 + (low & 0x3ff)
                } else {
                    self.position = start
                }
            }
            // Half of a pair alone is no character.
            self.unescaped.append(String(UnicodeScalar(scalar) ?? "\u{fffd}"))
        default:
            self.position -= 1
            throw self.failure("an escape", in: text)
        }
    }

    private mutating func hexadecimal(in text: borrowing Span<UInt8>) throws(Unreadable) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard self.position < text.count, let digit = hexDigit(text[self.position]) else {
                throw self.failure("four hexadecimal digits", in: text)
            }
            value = value << 4 | UInt32(digit)
            self.position += 1
        }
        return value
    }

    private mutating func takeNull(in text: borrowing Span<UInt8>) -> Bool {
        guard self.peek(in: text) == UInt8(ascii: "n"),
            text.extracting(droppingFirst: self.position).hasPrefix("null")
        else { return false }
        self.position += 4
        return true
    }

    private mutating func expect(
        _ byte: UInt8,
        in text: borrowing Span<UInt8>,
    ) throws(Unreadable) {
        guard self.peek(in: text) == byte else {
            throw self.failure("`\(Character(UnicodeScalar(byte)))`", in: text)
        }
        self.position += 1
    }

    private mutating func expectEnd(in text: borrowing Span<UInt8>) throws(Unreadable) {
        if self.peek(in: text) != nil { throw self.failure("the end", in: text) }
    }

    /// The next byte that is not white space, not taken.
    private mutating func peek(in text: borrowing Span<UInt8>) -> UInt8? {
        while self.position < text.count {
            let byte = text[self.position]
            let isSpace = byte == 0x20 || byte == 0x09 || byte == 0x0a || byte == 0x0d
            if !isSpace { return byte }
            self.position += 1
        }
        return nil
    }

    private func failure(_ expected: String, in text: borrowing Span<UInt8>) -> Unreadable {
        let start = min(self.position, text.count)
        let found = text.extracting(start..<min(start + 20, text.count)).text
        let shown = found.isEmpty ? "the end" : "`\(found)`"
        return Unreadable(description: "expected \(expected) at byte \(start), found \(shown)")
    }
}
