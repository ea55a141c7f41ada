import Bytes
import Telemetry

/// Reads the inside of a line's braces: label pairs, and a quoted metric name among them.
///
/// Source: Prometheus, `promlex.l`, `openmetricslex.l` and the `parseLVals` of both parsers.
struct LabelListLexer {
    /// How much a format leaves to its writers.
    struct Dialect {
        /// Whether spaces and tabs may stand between tokens, and commas may be left out.
        let isLenient: Bool
        /// Whether a quoted metric name may stand among the labels.
        let takesName: Bool
        /// Whether zero bytes may stand in values.
        let takesZero: Bool

        /// The text format.
        static let lenient = Dialect(isLenient: true, takesName: true, takesZero: true)
        /// OpenMetrics.
        static let strict = Dialect(isLenient: false, takesName: true, takesZero: true)
        /// The exemplars of OpenMetrics.
        static let exemplar = Dialect(isLenient: false, takesName: false, takesZero: false)
    }

    private let dialect: Dialect
    private(set) var offset: Int

    init(_ dialect: Dialect, at offset: Int) {
        self.dialect = dialect
        self.offset = offset
    }

    /// Reads what follows the opening brace and the closing one; says whether there is a name now.
    mutating func read(
        _ bytes: borrowing Span<UInt8>,
        hasName: Bool,
        labels: inout LabelBuilder,
    ) throws(ExpositionError) -> Bool {
        var hasName = hasName
        while true {
            self.skipBlanks(bytes)
            if self.take(UInt8(ascii: "}"), bytes) { return hasName }
            let start = self.offset
            let isQuoted = start < bytes.count && bytes[start] == UInt8(ascii: "\"")
            let name = try self.labelName(bytes, isQuoted: isQuoted, labels: &labels)
            self.skipBlanks(bytes)
            if isQuoted, self.dialect.takesName,
                self.peeks(UInt8(ascii: ","), UInt8(ascii: "}"), bytes)
            {
                if hasName {
                    self.offset = start
                    throw self.error("a label (the series has a name already)", bytes)
                }
                hasName = true
                let label = labels.append("__name__")
                labels.add(LabelBuilder.Entry(name: label, value: name))
                _ = self.take(UInt8(ascii: ","), bytes)
                continue
            }
            if !self.take(UInt8(ascii: "="), bytes) {
                throw self.error("= after the label name", bytes)
            }
            self.skipBlanks(bytes)
            let value = try self.quotedText(
                bytes,
                "a quoted label value",
                takesZero: self.dialect.takesZero,
                labels: &labels,
            )
            labels.add(LabelBuilder.Entry(name: name, value: value))
            self.skipBlanks(bytes)
            if !self.take(UInt8(ascii: ","), bytes), !self.dialect.isLenient,
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
        if isQuoted {
            return try self.quotedText(bytes, "a label name", takesZero: false, labels: &labels)
        }
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
        takesZero: Bool,
        labels: inout LabelBuilder,
    ) throws(ExpositionError) -> Range<Int> {
        let start = self.offset
        try self.quoted(bytes, expected)
        let inside = bytes.extracting(start + 1..<self.offset - 1)
        if !inside.isValidUTF8 {
            self.offset = start
            throw self.error("UTF-8 inside the quotes", bytes)
        }
        if !takesZero, let zero = inside.firstOffset(of: 0) {
            self.offset = start + 1 + zero
            throw self.error("no zero byte inside the quotes", bytes)
        }
        let place = labels.text.count
        labels.text.append(unescapingLabel: inside)
        return place..<labels.text.count
    }

    /// Reads a quoted name and says where it stands between the quotes, still escaped.
    mutating func quotedName(
        _ bytes: borrowing Span<UInt8>,
        _ expected: String,
    ) throws(ExpositionError) -> Range<Int> {
        let start = self.offset
        try self.quoted(bytes, expected)
        let inside = start + 1..<self.offset - 1
        if let zero = bytes.firstOffset(of: 0, from: inside.lowerBound, to: inside.upperBound) {
            self.offset = zero
            throw self.error("no zero byte inside the quotes", bytes)
        }
        return inside
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
            case UInt8(ascii: "\n") where !self.dialect.isLenient:
                throw self.error("a closing quote", bytes)
            default:
                self.offset += 1
            }
        }
        throw ExpositionError("a closing quote", at: bytes.count, lineFrom: start, of: bytes)
    }

    // MARK: Tokens

    private mutating func skipBlanks(_ bytes: borrowing Span<UInt8>) {
        if !self.dialect.isLenient { return }
        while self.offset < bytes.count, isSeparator(bytes[self.offset]) { self.offset += 1 }
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
}

extension LabelBuilder {
    /// Adds the metric's name as the label that it is.
    mutating func addName(_ name: borrowing Span<UInt8>) {
        let label = self.append("__name__")
        let start = self.text.count
        self.text.append(name)
        self.add(LabelBuilder.Entry(name: label, value: start..<self.text.count))
    }
}
