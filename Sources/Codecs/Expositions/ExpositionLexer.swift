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
            var list = LabelListLexer(.lenient, at: start)
            let name = try list.quotedName(bytes, "a metric name after HELP or TYPE")
            self.offset = list.offset
            return name
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
            labels.addName(bytes.extracting(start..<self.offset))
            end = self.offset
        }
        self.skipSeparators(bytes)
        if self.offset < bytes.count, bytes[self.offset] == UInt8(ascii: "{") {
            self.offset += 1
            var list = LabelListLexer(.lenient, at: self.offset)
            hasName = try list.read(bytes, hasName: hasName, labels: &labels)
            self.offset = list.offset
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
