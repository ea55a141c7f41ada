import Bytes
import Telemetry

/// Reads one line of a text exposition, token by token.
struct ExpositionLexer {
    let start: Int
    var offset: Int
    /// Whether the line was cut by the end of the bytes.
    var endedWithoutNewline = false

    init(start: Int) {
        self.start = start
        self.offset = start
    }

    mutating func event(
        _ bytes: borrowing Span<UInt8>,
        labels: inout LabelBuilder,
    ) throws(ExpositionError) -> ExpositionEvent {
        while self.offset < bytes.count,
            isSeparator(bytes[self.offset]) || bytes[self.offset] == UInt8(ascii: "\n")
        {
            self.offset += 1
        }
        if self.offset >= bytes.count { return .end }
        switch bytes[self.offset] {
        case 0:
            return .end
        case UInt8(ascii: "#"):
            return try self.comment(bytes)
        default:
            return try self.sample(bytes, labels: &labels)
        }
    }

    // MARK: Comments

    private mutating func comment(
        _ bytes: borrowing Span<UInt8>
    ) throws(ExpositionError) -> ExpositionEvent {
        let lineStart = self.offset
        self.offset += 1
        let blanks = self.skipSeparators(bytes)
        let rest = bytes.extracting(droppingFirst: self.offset)
        if blanks == 0 || !(rest.hasPrefix("HELP") || rest.hasPrefix("TYPE")) {
            return self.skipLine(bytes)
        }
        let isHelp = rest.hasPrefix("HELP")
        self.offset += 4
        if self.skipSeparators(bytes) == 0 { return self.skipLine(bytes) }
        let family = try self.familyName(bytes, lineStart: lineStart)
        let lineEnd = bytes.firstOffset(of: UInt8(ascii: "\n"), from: self.offset) ?? bytes.count
        // The byte after the name is dropped whatever it is; more of them belong to the text.
        let text = min(self.offset + 1, lineEnd)..<lineEnd
        defer {
            self.offset = lineEnd
            self.finishLine(bytes)
        }
        if isHelp {
            if !bytes.extracting(text).isValidUTF8 {
                throw ExpositionError("UTF-8", at: text.lowerBound, lineFrom: lineStart, of: bytes)
            }
            return .help(family: family, text: text)
        }
        guard let kind = Self.kind(bytes.extracting(text)) else {
            throw ExpositionError(
                "counter, gauge, histogram, summary or untyped",
                at: text.lowerBound,
                lineFrom: lineStart,
                of: bytes,
            )
        }
        return .type(family: family, kind)
    }

    private mutating func familyName(
        _ bytes: borrowing Span<UInt8>,
        lineStart: Int,
    ) throws(ExpositionError) -> Range<Int> {
        let start = self.offset
        if start < bytes.count, bytes[start] == UInt8(ascii: "\"") {
            try self.quoted(bytes, "a metric name after HELP or TYPE")
            return start + 1..<self.offset - 1
        }
        self.skipMetricName(bytes)
        if self.offset == start {
            throw ExpositionError(
                "a metric name after HELP or TYPE",
                at: start,
                lineFrom: lineStart,
                of: bytes,
            )
        }
        return start..<self.offset
    }

    private static func kind(_ text: borrowing Span<UInt8>) -> MetricMetadata.Kind? {
        if text.equals("counter") { return .counter }
        if text.equals("gauge") { return .gauge }
        if text.equals("histogram") { return .histogram }
        if text.equals("summary") { return .summary }
        if text.equals("untyped") { return .unknown }
        return nil
    }

    private mutating func skipLine(_ bytes: borrowing Span<UInt8>) -> ExpositionEvent {
        self.offset = bytes.firstOffset(of: UInt8(ascii: "\n"), from: self.offset) ?? bytes.count
        self.finishLine(bytes)
        return .comment
    }

    private mutating func finishLine(_ bytes: borrowing Span<UInt8>) {
        if self.offset < bytes.count {
            self.offset += 1
        } else {
            self.endedWithoutNewline = true
        }
    }

    // MARK: Samples

    private mutating func sample(
        _ bytes: borrowing Span<UInt8>,
        labels: inout LabelBuilder,
    ) throws(ExpositionError) -> ExpositionEvent {
        labels.removeAll()
        let start = self.offset
        var end = start
        self.skipMetricName(bytes)
        var hasName = self.offset > start
        if hasName {
            Self.addName(bytes.extracting(start..<self.offset), to: &labels)
            end = self.offset
        }
        self.skipSeparators(bytes)
        if self.offset < bytes.count, bytes[self.offset] == UInt8(ascii: "{") {
            self.offset += 1
            hasName = try self.labelList(bytes, hasName: hasName, labels: &labels)
            end = self.offset
        } else if !hasName {
            throw self.error("a metric name, # or {", bytes)
        }
        if !hasName {
            self.offset = start
            throw self.error("a metric name before or inside the braces", bytes)
        }
        guard let suffix = ExpositionParser.suffix(bytes, at: end) else {
            throw self.suffixError(bytes, at: end)
        }
        self.offset = suffix.end
        self.endedWithoutNewline =
            suffix.end == bytes.count && bytes[suffix.end - 1] != UInt8(ascii: "\n")
        return .sample(series: start..<end, suffix)
    }

    private static func addName(_ name: borrowing Span<UInt8>, to labels: inout LabelBuilder) {
        let label = labels.append("__name__")
        let start = labels.text.count
        labels.text.append(name)
        labels.add(LabelBuilder.Entry(name: label, value: start..<labels.text.count))
    }

    /// Reads the inside of the braces and the closing one; says whether the series has a name now.
    private mutating func labelList(
        _ bytes: borrowing Span<UInt8>,
        hasName: Bool,
        labels: inout LabelBuilder,
    ) throws(ExpositionError) -> Bool {
        var hasName = hasName
        while true {
            self.skipSeparators(bytes)
            if self.take(UInt8(ascii: "}"), bytes) { return hasName }
            let start = self.offset
            let isQuoted = start < bytes.count && bytes[start] == UInt8(ascii: "\"")
            let name = try self.labelName(bytes, isQuoted: isQuoted, labels: &labels)
            self.skipSeparators(bytes)
            if self.take(UInt8(ascii: "="), bytes) {
                self.skipSeparators(bytes)
                let value = try self.quotedText(bytes, "a quoted label value", labels: &labels)
                labels.add(LabelBuilder.Entry(name: name, value: value))
            } else if isQuoted, self.peeks(UInt8(ascii: ","), UInt8(ascii: "}"), bytes) {
                if hasName {
                    self.offset = start
                    throw self.error("a label (the series has a name already)", bytes)
                }
                hasName = true
                let label = labels.append("__name__")
                labels.add(LabelBuilder.Entry(name: label, value: name))
            } else {
                throw self.error("= after the label name", bytes)
            }
            self.skipSeparators(bytes)
            if !self.take(UInt8(ascii: ","), bytes),
                !self.peeks(UInt8(ascii: "}"), UInt8(ascii: "}"), bytes)
            {
                throw self.error(", or } after the label", bytes)
            }
        }
    }

    private mutating func labelName(
        _ bytes: borrowing Span<UInt8>,
        isQuoted: Bool,
        labels: inout LabelBuilder,
    ) throws(ExpositionError) -> Range<Int> {
        if isQuoted { return try self.quotedText(bytes, "a label name", labels: &labels) }
        let start = self.offset
        if start < bytes.count, !isDigit(bytes[start]) {
            while self.offset < bytes.count, isLabelNameByte(bytes[self.offset]) {
                self.offset += 1
            }
        }
        if self.offset == start { throw self.error("a label name or }", bytes) }
        let place = labels.text.count
        labels.text.append(bytes.extracting(start..<self.offset))
        return place..<labels.text.count
    }

    /// Reads a quoted string and appends it unescaped to the builder's text.
    private mutating func quotedText(
        _ bytes: borrowing Span<UInt8>,
        _ expected: String,
        labels: inout LabelBuilder,
    ) throws(ExpositionError) -> Range<Int> {
        let start = self.offset
        try self.quoted(bytes, expected)
        let inside = bytes.extracting(start + 1..<self.offset - 1)
        if !inside.isValidUTF8 {
            self.offset = start
            throw self.error("UTF-8 inside the quotes", bytes)
        }
        let place = labels.text.count
        labels.text.append(unescapingLabel: inside)
        return place..<labels.text.count
    }

    private mutating func quoted(
        _ bytes: borrowing Span<UInt8>,
        _ expected: String,
    ) throws(ExpositionError) {
        let start = self.offset
        if !self.take(UInt8(ascii: "\""), bytes) { throw self.error(expected, bytes) }
        while self.offset < bytes.count {
            switch bytes[self.offset] {
            case UInt8(ascii: "\""):
                self.offset += 1
                return
            case UInt8(ascii: "\\"):
                if self.offset + 1 < bytes.count, bytes[self.offset + 1] == UInt8(ascii: "\n") {
                    throw self.error("a character after the backslash", bytes)
                }
                self.offset += 2
            default:
                self.offset += 1
            }
        }
        throw ExpositionError(
            "a closing quote",
            at: bytes.count,
            lineFrom: start,
            of: bytes,
        )
    }

    // MARK: Tokens

    private mutating func skipMetricName(_ bytes: borrowing Span<UInt8>) {
        if self.offset < bytes.count, isDigit(bytes[self.offset]) { return }
        while self.offset < bytes.count, isMetricNameByte(bytes[self.offset]) { self.offset += 1 }
    }

    @discardableResult
    private mutating func skipSeparators(_ bytes: borrowing Span<UInt8>) -> Int {
        let start = self.offset
        while self.offset < bytes.count, isSeparator(bytes[self.offset]) { self.offset += 1 }
        return self.offset - start
    }

    private mutating func take(_ byte: UInt8, _ bytes: borrowing Span<UInt8>) -> Bool {
        if self.offset >= bytes.count || bytes[self.offset] != byte { return false }
        self.offset += 1
        return true
    }

    private func peeks(_ one: UInt8, _ other: UInt8, _ bytes: borrowing Span<UInt8>) -> Bool {
        self.offset < bytes.count && (bytes[self.offset] == one || bytes[self.offset] == other)
    }

    private func error(_ expected: String, _ bytes: borrowing Span<UInt8>) -> ExpositionError {
        ExpositionError(expected, at: self.offset, lineFrom: self.offset, of: bytes)
    }

    /// Finds out what is wrong with a value or timestamp that `suffix` has refused.
    private func suffixError(_ bytes: borrowing Span<UInt8>, at end: Int) -> ExpositionError {
        var index = end
        while index < bytes.count, isSeparator(bytes[index]) { index += 1 }
        let start = index
        while index < bytes.count, !isSeparator(bytes[index]), bytes[index] != UInt8(ascii: "\n") {
            index += 1
        }
        let value = bytes.extracting(start..<index)
        guard let number = value.decimalFloat, number.isFinite || !isDigit(value[0]) else {
            return ExpositionError("a value", at: start, lineFrom: end, of: bytes)
        }
        while index < bytes.count, isSeparator(bytes[index]) { index += 1 }
        return ExpositionError(
            "a timestamp in milliseconds or the end of the line",
            at: index,
            lineFrom: end,
            of: bytes,
        )
    }
}

extension OutputBuffer {
    /// Appends a label value or quoted name with its escapes resolved.
    ///
    /// `\\`, `\"` and `\n` are escapes; any other backslash stands for itself.
    mutating func append(unescapingLabel text: borrowing Span<UInt8>) {
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
