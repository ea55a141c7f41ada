import Bytes
import Codecs

/// Masks what strings and numbers say in a JSON value that is known to be valid.
struct JSONMasker: ~Copyable {
    private var unescaped = OutputBuffer(capacity: 16)
    private var key = OutputBuffer(capacity: 16)

    /// The value as it is to be, after `mask` said that it is another.
    private(set) var output = OutputBuffer(capacity: 16)
    /// Whether that is plain text, since a number became one.
    private(set) var isString = false

    /// Looks through `value`; true when something was found, and `output` is the value without it.
    ///
    /// What is found in objects and arrays is replaced there; they stay valid.
    mutating func mask(_ value: borrowing Span<UInt8>, by masker: inout TextMasker) -> Bool {
        self.isString = false
        guard let first = value.isEmpty ? nil : value[0] else { return false }
        if first != UInt8(ascii: "{"), first != UInt8(ascii: "[") {
            guard first &- 0x30 <= 9 || first == UInt8(ascii: "-"), masker.mask(value) else {
                return false
            }
            self.isString = true
            self.output.removeAll()
            self.output.append(masker.output.span)
            return true
        }
        // Found in the text as a whole there may be something in a part; escapes may hide it.
        if value.firstOffset(of: UInt8(ascii: "\\")) == nil, !masker.mask(value) { return false }
        return self.rewrite(value, by: &masker)
    }

    /// Goes from string to string, and over what is between them.
    private mutating func rewrite(
        _ value: borrowing Span<UInt8>,
        by masker: inout TextMasker,
    ) -> Bool {
        self.output.removeAll()
        self.key.removeAll()
        var isChanged = false
        var index = 0
        while index < value.count {
            let byte = value[index]
            if byte == UInt8(ascii: "\"") {
                guard let (end, _) = value.endOfJSONString(from: index &+ 1) else { return false }
                let inside = index &+ 1..<end
                if Self.isKey(value, end) {
                    self.key.removeAll()
                    self.key.append(jsonUnescaped: value.extracting(inside))
                    self.output.append(value.extracting(index..<end &+ 1))
                } else {
                    self.output.append(UInt8(ascii: "\""))
                    isChanged =
                        self.rewriteString(value.extracting(inside), by: &masker) || isChanged
                    self.output.append(UInt8(ascii: "\""))
                    self.key.removeAll()
                }
                index = end &+ 1
            } else if byte &- 0x30 <= 9 || byte == UInt8(ascii: "-") {
                guard let (end, _) = value.endOfJSONNumber(from: index) else { return false }
                isChanged =
                    self.rewriteNumber(value.extracting(index..<end), by: &masker) || isChanged
                self.key.removeAll()
                index = end
            } else {
                if byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") { self.key.removeAll() }
                self.output.append(byte)
                index &+= 1
            }
        }
        return isChanged
    }

    /// Whether a colon follows the quote at `end`.
    private static func isKey(_ value: borrowing Span<UInt8>, _ end: Int) -> Bool {
        var index = end &+ 1
        while index < value.count, isBlank(value[index]) { index &+= 1 }
        return index < value.count && value[index] == UInt8(ascii: ":")
    }

    private mutating func rewriteString(
        _ inside: borrowing Span<UInt8>,
        by masker: inout TextMasker,
    ) -> Bool {
        self.unescaped.removeAll()
        self.unescaped.append(jsonUnescaped: inside)
        let isFound =
            !inside.isEmpty && SecretScanner.isSecretName(self.key.span)
            ? masker.replaceAll(self.unescaped.span) : masker.mask(self.unescaped.span)
        if isFound {
            self.output.append(jsonEscaped: masker.output.span)
        } else {
            self.output.append(inside)
        }
        return isFound
    }

    private mutating func rewriteNumber(
        _ number: borrowing Span<UInt8>,
        by masker: inout TextMasker,
    ) -> Bool {
        let isFound =
            SecretScanner.isSecretName(self.key.span)
            ? masker.replaceAll(number) : masker.mask(number)
        guard isFound else {
            self.output.append(number)
            return false
        }
        self.output.append(UInt8(ascii: "\""))
        self.output.append(jsonEscaped: masker.output.span)
        self.output.append(UInt8(ascii: "\""))
        return true
    }
}
