import Bytes
import Codecs
import Patterns

/// Masks one text after the other.
struct TextMasker: ~Copyable {
    private let scanner: SecretScanner
    private let expressions: [MaskExpression]
    private let replacement: [UInt8]
    private var captures: [Range<Int>?] = []
    private var spare = OutputBuffer(capacity: 16)
    private var plain = OutputBuffer(capacity: 16)

    /// The text as it is to be, after `mask` said that it is another.
    private(set) var output = OutputBuffer(capacity: 16)

    init(_ scanner: SecretScanner, _ expressions: [MaskExpression], replacement: String) {
        self.scanner = scanner
        self.expressions = expressions
        self.replacement = Array(replacement.utf8)
    }

    /// Looks through `text`; true when something was found, and `output` is the text without it.
    mutating func mask(_ text: borrowing Span<UInt8>) -> Bool {
        var isChanged = self.scan(text)
        for expression in self.expressions {
            if isChanged {
                swap(&self.spare, &self.output)
                // A span of one property borrows the whole struct, so the text steps out of it.
                var current = OutputBuffer(capacity: 0)
                swap(&current, &self.spare)
                if !self.apply(expression, current.span) { swap(&current, &self.output) }
                swap(&current, &self.spare)
            } else {
                isChanged = self.apply(expression, text)
            }
        }
        return isChanged
    }

    /// Looks through what the inside of a JSON string says, as `mask`.
    mutating func mask(jsonString value: borrowing Span<UInt8>) -> Bool {
        if value.firstOffset(of: UInt8(ascii: "\\")) == nil { return self.mask(value) }
        var plain = OutputBuffer(capacity: 0)
        swap(&plain, &self.plain)
        plain.removeAll()
        plain.append(jsonUnescaped: value)
        let isChanged = self.mask(plain.span)
        swap(&plain, &self.plain)
        return isChanged
    }

    /// Puts the replacement in the place of all of a text; false when that is what it is.
    mutating func replaceAll(_ text: borrowing Span<UInt8>) -> Bool {
        let replacement = self.replacement
        if text.equals(replacement.span) { return false }
        self.output.removeAll()
        self.output.append(replacement.span)
        return true
    }

    private mutating func scan(_ text: borrowing Span<UInt8>) -> Bool {
        let replacement = self.replacement
        var done = 0
        var from = 0
        while let match = self.scanner.next(in: text, from: from) {
            from = match.range.upperBound
            if text.extracting(match.range).equals(replacement.span) { continue }
            if done == 0 { self.output.removeAll() }
            self.output.append(text.extracting(done..<match.range.lowerBound))
            if match.needsQuotes { self.output.append(UInt8(ascii: "\"")) }
            self.output.append(replacement.span)
            if match.needsQuotes { self.output.append(UInt8(ascii: "\"")) }
            done = match.range.upperBound
        }
        if done == 0 { return false }
        self.output.append(text.extracting(droppingFirst: done))
        return true
    }

    /// Replaces what an expression matches; false when that is nothing, and `output` is as it was.
    private mutating func apply(
        _ expression: MaskExpression,
        _ text: borrowing Span<UInt8>,
    ) -> Bool {
        guard expression.literal.isIn(text) else { return false }
        var done = 0
        var from = 0
        var isFirst = true
        while from < text.count,
            expression.pattern.captures(
                in: text,
                from: from,
                groups: expression.template.highestGroup,
                into: &self.captures,
            ),
            let match = self.captures[0]
        {
            if match.isEmpty {
                from = match.upperBound + 1
                continue
            }
            if isFirst { self.output.removeAll() }
            isFirst = false
            self.output.append(text.extracting(done..<match.lowerBound))
            expression.template.expand(text, captures: self.captures, into: &self.output)
            done = match.upperBound
            from = done
        }
        if isFirst { return false }
        self.output.append(text.extracting(droppingFirst: done))
        return true
    }
}
