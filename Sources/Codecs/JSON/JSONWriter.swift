package import Bytes

/// Writes one JSON document front to back; commas take care of themselves.
///
/// For answers and records that are no hot path. Source: RFC 8259.
package struct JSONWriter: ~Copyable {
    /// What was written so far.
    package var bytes: OutputBuffer
    private var needsComma = false

    /// Makes an empty document.
    package init(capacity: Int = 1024) {
        self.bytes = OutputBuffer(capacity: capacity)
    }

    /// Writes an object; `body` writes its members.
    package mutating func object(_ body: (inout JSONWriter) -> Void) {
        self.nest(UInt8(ascii: "{"), UInt8(ascii: "}"), body)
    }

    /// Writes an array; `body` writes its elements.
    package mutating func array(_ body: (inout JSONWriter) -> Void) {
        self.nest(UInt8(ascii: "["), UInt8(ascii: "]"), body)
    }

    /// Writes a member's name; its value must follow.
    package mutating func key(_ name: String) {
        self.comma()
        self.bytes.append(jsonString: name)
        self.bytes.append(UInt8(ascii: ":"))
        self.needsComma = false
    }

    /// Writes a text.
    package mutating func value(_ text: String) {
        self.comma()
        self.bytes.append(jsonString: text)
    }

    /// Writes an integer.
    package mutating func value(_ number: Int) {
        self.comma()
        self.bytes.append(decimal: number)
    }

    /// Writes a float; JSON knows no NaN and no infinity, so these become `null`.
    package mutating func value(_ number: Double) {
        self.comma()
        if number.isFinite { self.bytes.append(goFloat: number) } else { self.bytes.append("null") }
    }

    /// Writes `true` or `false`.
    package mutating func value(_ flag: Bool) {
        self.comma()
        self.bytes.append(flag ? "true" : "false")
    }

    /// Writes `null`.
    package mutating func null() {
        self.comma()
        self.bytes.append("null")
    }

    /// Writes a member whose value is a text; nil is left out.
    package mutating func member(_ name: String, _ text: String?) {
        guard let text else { return }
        self.key(name)
        self.value(text)
    }

    /// Writes a member whose value is an integer.
    package mutating func member(_ name: String, _ number: Int) {
        self.key(name)
        self.value(number)
    }

    /// Writes a member whose value is a float.
    package mutating func member(_ name: String, _ number: Double) {
        self.key(name)
        self.value(number)
    }

    /// Writes a member whose value is a truth value.
    package mutating func member(_ name: String, _ flag: Bool) {
        self.key(name)
        self.value(flag)
    }

    /// Writes a member whose value is an array with one object for each element.
    package mutating func member<Elements: Sequence>(
        _ name: String,
        objects elements: Elements,
        _ body: (inout JSONWriter, Elements.Element) -> Void,
    ) {
        self.key(name)
        self.array { json in
            for element in elements { json.object { body(&$0, element) } }
        }
    }

    private mutating func nest(
        _ open: UInt8,
        _ close: UInt8,
        _ body: (inout JSONWriter) -> Void,
    ) {
        self.comma()
        self.bytes.append(open)
        self.needsComma = false
        body(&self)
        self.bytes.append(close)
        self.needsComma = true
    }

    private mutating func comma() {
        if self.needsComma { self.bytes.append(UInt8(ascii: ",")) }
        self.needsComma = true
    }
}
