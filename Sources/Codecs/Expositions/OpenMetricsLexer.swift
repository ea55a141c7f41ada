import Bytes
import Telemetry

/// Reads one line of OpenMetrics text, token by token.
struct OpenMetricsLexer {
    private let start: Int
    private(set) var offset: Int

    init(at offset: Int) {
        self.start = offset
        self.offset = offset
    }

    mutating func event(
        _ bytes: borrowing Span<UInt8>,
        labels: inout LabelBuilder,
    ) throws(ExpositionError) -> OpenMetricsEvent {
        if self.offset >= bytes.count { throw self.error("# EOF at the end of the body", bytes) }
        if bytes[self.offset] == UInt8(ascii: "#") { return try self.comment(bytes) }
        return try self.sample(bytes, labels: &labels)
    }

    // MARK: Comments

    private mutating func comment(
        _ bytes: borrowing Span<UInt8>
    ) throws(ExpositionError) -> OpenMetricsEvent {
        let line = bytes.extracting(droppingFirst: self.offset)
        if line.hasPrefix("# EOF") {
            self.offset += 5
            if self.offset < bytes.count, bytes[self.offset] == UInt8(ascii: "\n") {
                self.offset += 1
            }
            if self.offset < bytes.count { throw self.error("nothing after # EOF", bytes) }
            return .end
        }
        let isHelp = line.hasPrefix("# HELP ")
        let isType = line.hasPrefix("# TYPE ")
        guard isHelp || isType || line.hasPrefix("# UNIT ") else {
            throw self.error("# HELP, # TYPE, # UNIT or # EOF", bytes)
        }
        self.offset += 7
        let family = try self.familyName(bytes)
        guard self.offset < bytes.count, bytes[self.offset] == UInt8(ascii: " ") else {
            throw self.error("a space after the metric name", bytes)
        }
        self.offset += 1
        let text = try self.restOfLine(bytes)
        if isHelp {
            if !bytes.extracting(text).isValidUTF8 {
                self.offset = text.lowerBound
                throw self.error("UTF-8", bytes)
            }
            return .help(family: family, text: text)
        }
        if !isType { return try self.unit(bytes, family, text) }
        guard let kind = Self.kind(bytes.extracting(text)) else {
            self.offset = text.lowerBound
            throw self.error(
                "counter, gauge, histogram, gaugehistogram, summary, info, stateset or unknown",
                bytes,
            )
        }
        return .type(family: family, kind)
    }

    private mutating func unit(
        _ bytes: borrowing Span<UInt8>,
        _ family: Range<Int>,
        _ text: Range<Int>,
    ) throws(ExpositionError) -> OpenMetricsEvent {
        let start = family.count - text.count
        let name = bytes.extracting(family)
        if text.isEmpty
            || start > 0 && name[start - 1] == UInt8(ascii: "_")
                && name.extracting(droppingFirst: start).equals(bytes.extracting(text))
        {
            return .unit(family: family, text: text)
        }
        self.offset = text.lowerBound
        throw self.error("a unit that the metric name ends with, after _", bytes)
    }

    private mutating func familyName(
        _ bytes: borrowing Span<UInt8>
    ) throws(ExpositionError) -> Range<Int> {
        let expected = "a metric name after HELP, TYPE or UNIT"
        let start = self.offset
        if start < bytes.count, bytes[start] == UInt8(ascii: "\"") {
            var list = LabelListLexer(.strict, at: start)
            let name = try list.quotedName(bytes, expected)
            self.offset = list.offset
            return name
        }
        self.skipMetricName(bytes)
        if self.offset == start { throw self.error(expected, bytes) }
        return start..<self.offset
    }

    private mutating func restOfLine(
        _ bytes: borrowing Span<UInt8>
    ) throws(ExpositionError) -> Range<Int> {
        let start = self.offset
        guard let end = bytes.firstOffset(of: UInt8(ascii: "\n"), from: start) else {
            self.offset = bytes.count
            throw self.error("a line end, and # EOF at the end of the body", bytes)
        }
        self.offset = end + 1
        return start..<end
    }

    private static func kind(_ text: borrowing Span<UInt8>) -> MetricMetadata.Kind? {
        if text.equals("counter") { return .counter }
        if text.equals("gauge") { return .gauge }
        if text.equals("histogram") { return .histogram }
        if text.equals("gaugehistogram") { return .gaugeHistogram }
        if text.equals("summary") { return .summary }
        if text.equals("info") { return .info }
        if text.equals("stateset") { return .stateset }
        if text.equals("unknown") { return .unknown }
        return nil
    }

    // MARK: Samples

    private mutating func sample(
        _ bytes: borrowing Span<UInt8>,
        labels: inout LabelBuilder,
    ) throws(ExpositionError) -> OpenMetricsEvent {
        labels.removeAll()
        self.skipMetricName(bytes)
        var hasName = self.offset > self.start
        if hasName { labels.addName(bytes.extracting(self.start..<self.offset)) }
        if self.offset < bytes.count, bytes[self.offset] == UInt8(ascii: "{") {
            var list = LabelListLexer(.strict, at: self.offset + 1)
            hasName = try list.read(bytes, hasName: hasName, labels: &labels)
            self.offset = list.offset
        } else if !hasName {
            throw self.error("a metric name, # or {", bytes)
        }
        if !hasName {
            self.offset = self.start
            throw self.error("a metric name before or inside the braces", bytes)
        }
        let end = self.offset
        guard let suffix = OpenMetricsParser.suffix(bytes, at: end) else {
            throw Self.suffixError(bytes, at: end, isExemplar: false)
        }
        self.offset = suffix.end
        return .sample(series: self.start..<end, suffix)
    }

    private mutating func skipMetricName(_ bytes: borrowing Span<UInt8>) {
        if self.offset < bytes.count, isDigit(bytes[self.offset]) { return }
        while self.offset < bytes.count, isMetricNameByte(bytes[self.offset]) { self.offset += 1 }
    }

    private func error(_ expected: String, _ bytes: borrowing Span<UInt8>) -> ExpositionError {
        ExpositionError(expected, at: self.offset, lineFrom: self.offset, of: bytes)
    }

    /// Finds out what is wrong with a value or time that `suffix` has refused.
    static func suffixError(
        _ bytes: borrowing Span<UInt8>,
        at end: Int,
        isExemplar: Bool,
    ) -> ExpositionError {
        func isTokenByte(_ byte: UInt8) -> Bool {
            byte != UInt8(ascii: " ") && byte != UInt8(ascii: "\n")
        }
        func error(_ expected: String, _ place: Int) -> ExpositionError {
            ExpositionError(expected, at: place, lineFrom: place, of: bytes)
        }
        let owner = isExemplar ? "the exemplar's labels" : "the series"
        guard end < bytes.count, bytes[end] == UInt8(ascii: " ") else {
            return error("one space and a value after \(owner)", end)
        }
        var index = end + 1
        while index < bytes.count, isTokenByte(bytes[index]) { index += 1 }
        if ExpositionParser.value(bytes.extracting(end + 1..<index)) == nil {
            return error("a value", end + 1)
        }
        if index >= bytes.count {
            return error("a line end, and # EOF at the end of the body", index)
        }
        let start = index + 1
        index = start
        while index < bytes.count, isTokenByte(bytes[index]) { index += 1 }
        let seconds = ExpositionParser.value(bytes.extracting(start..<index))
        if seconds.flatMap(OpenMetricsParser.milliseconds) == nil {
            return error(
                isExemplar
                    ? "a time in seconds or the end of the line"
                    : "a time in seconds, an exemplar or the end of the line",
                start,
            )
        }
        return error(
            isExemplar ? "the end of the line" : "an exemplar or the end of the line",
            index,
        )
    }
}
