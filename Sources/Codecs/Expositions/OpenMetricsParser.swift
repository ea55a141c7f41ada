import Bytes
package import Telemetry

/// Reads OpenMetrics text, versions 1.0.0 and 0.0.1, as strictly as Prometheus 3 does.
///
/// One space stands between elements and none anywhere else, every line ends, and `# EOF` is the
/// last of them. Pure: it holds no bytes and no state. Lines don't depend on each other, so that any
/// whole lines can be read without the rest; as with `ExpositionParser`, a caller that has seen a
/// line before needs only what follows the series.
///
/// Source: OpenMetrics 1.0.0; Prometheus, `model/textparse/openmetricslex.l` and
/// `openmetricsparse.go`.
package enum OpenMetricsParser {
    /// Reads the line at `offset` and moves `offset` behind it, or behind the brace that opens its
    /// exemplar.
    ///
    /// `labels` is emptied, and filled with a sample's labels in the order they are written. After
    /// an error, which names the line and what was expected there, `offset` is unchanged.
    package static func next(
        _ bytes: borrowing Span<UInt8>,
        from offset: inout Int,
        labels: inout LabelBuilder,
    ) throws(ExpositionError) -> OpenMetricsEvent {
        var lexer = OpenMetricsLexer(at: offset)
        let event = try lexer.event(bytes, labels: &labels)
        offset = lexer.offset
        return event
    }

    /// Reads an exemplar from behind its opening brace to the end of the line.
    ///
    /// `labels` is emptied, and filled with the exemplar's labels in the order they are written.
    package static func exemplar(
        _ bytes: borrowing Span<UInt8>,
        at offset: Int,
        labels: inout LabelBuilder,
    ) throws(ExpositionError) -> OpenMetricsExemplar {
        var list = LabelListLexer(.exemplar, at: offset)
        labels.removeAll()
        _ = try list.read(bytes, hasName: true, labels: &labels)
        let start = list.offset
        guard let suffix = Self.suffix(bytes, at: start), !suffix.hasExemplar else {
            throw OpenMetricsLexer.suffixError(bytes, at: start, isExemplar: true)
        }
        return OpenMetricsExemplar(
            bits: suffix.bits,
            timestamp: suffix.timestamp,
            end: suffix.end,
        )
    }

    /// Where the text of the series that begins at `offset` ends; nil if it is no series.
    ///
    /// Looks at quotes and braces only: whether the text is well formed is for `next` to say.
    package static func seriesEnd(_ bytes: borrowing Span<UInt8>, at offset: Int) -> Int? {
        let end = ExpositionParser.seriesEnd(bytes, at: offset)
        guard let end, end < bytes.count, bytes[end] == UInt8(ascii: " ") else { return nil }
        return end
    }

    /// Reads value, optional time and line end after a series; nil if they are not there.
    package static func suffix(
        _ bytes: borrowing Span<UInt8>,
        at offset: Int,
    ) -> OpenMetricsSuffix? {
        let end = bytes.count
        var index = offset
        guard let value = Self.number(bytes, &index) else { return nil }
        var timestamp: Int64?
        if index < end, bytes[index] == UInt8(ascii: " "), !Self.opensExemplar(bytes, index) {
            guard let seconds = Self.number(bytes, &index),
                let milliseconds = Self.milliseconds(seconds)
            else { return nil }
            timestamp = milliseconds
        }
        guard index < end else { return nil }
        let hasExemplar = bytes[index] != UInt8(ascii: "\n")
        if hasExemplar, !Self.opensExemplar(bytes, index) { return nil }
        return OpenMetricsSuffix(
            bits: SpecialFloat.scrapedBits(value),
            timestamp: timestamp,
            hasExemplar: hasExemplar,
            end: index &+ (hasExemplar ? Self.opening.utf8CodeUnitCount : 1),
        )
    }

    /// Milliseconds of a time in seconds, cut off as Prometheus does; nil when it is none.
    package static func milliseconds(_ seconds: Double) -> Int64? {
        // Not a number, infinite, or beyond 64 bits: none of these is a time.
        let milliseconds = seconds * 1000
        return abs(milliseconds) < 0x1p63 ? Int64(milliseconds) : nil
    }

    /// What opens an exemplar.
    static let opening: StaticString = " # {"

    private static func opensExemplar(_ bytes: borrowing Span<UInt8>, _ offset: Int) -> Bool {
        bytes.extracting(droppingFirst: offset).hasPrefix(Self.opening)
    }

    /// Reads a space and the number after it.
    private static func number(_ bytes: borrowing Span<UInt8>, _ offset: inout Int) -> Double? {
        let end = bytes.count
        guard offset < end, bytes[offset] == UInt8(ascii: " ") else { return nil }
        let start = offset &+ 1
        var index = start
        while index < end, bytes[index] != UInt8(ascii: " "), bytes[index] != UInt8(ascii: "\n") {
            index &+= 1
        }
        offset = index
        return ExpositionParser.value(bytes.extracting(start..<index))
    }
}
