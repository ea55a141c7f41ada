extension Span where Element == UInt8 {
    /// Where a JSON string ends whose inside starts at `start`: the place of its closing quote, and
    /// whether there are escapes in it; nil where it has no end or is not valid (RFC 8259, section 7).
    ///
    /// What is found valid can be copied into other JSON: UTF-8, no control characters, only escapes
    /// that there are, and of surrogates only whole pairs.
    public func endOfJSONString(from start: Int) -> (end: Int, hasEscapes: Bool)? {
        precondition(start >= 0 && start <= self.count, "scan outside the bytes")
        return unsafe self.withUnsafeBufferPointer { bytes in
            guard let base = bytes.baseAddress else { return nil }
            return unsafe endOfJSONStringBytes(base, start, bytes.count)
        }
    }

    /// Where a JSON number ends that starts at `start`, and whether doubles can hold it: an integer
    /// exactly, another to their precision; nil where there is none (RFC 8259, section 6).
    public func endOfJSONNumber(from start: Int) -> (end: Int, fitsDouble: Bool)? {
        var index = start
        if index < self.count, self[index] == UInt8(ascii: "-") { index &+= 1 }
        let whole = index
        while index < self.count, self[index] &- 0x30 <= 9 { index &+= 1 }
        let digits = index &- whole
        if digits == 0 || digits > 1 && self[whole] == 0x30 { return nil }
        var isInteger = true
        if index < self.count, self[index] == UInt8(ascii: ".") {
            isInteger = false
            let fraction = index &+ 1
            index = fraction
            while index < self.count, self[index] &- 0x30 <= 9 { index &+= 1 }
            if index == fraction { return nil }
        }
        if index < self.count, self[index] | 0x20 == UInt8(ascii: "e") {
            index &+= 1
            var isNegative = false
            if index < self.count,
                self[index] == UInt8(ascii: "+") || self[index] == UInt8(ascii: "-")
            {
                isNegative = self[index] == UInt8(ascii: "-")
                index &+= 1
            }
            let first = index
            var exponent = 0
            while index < self.count, self[index] &- 0x30 <= 9 {
                exponent = Swift.min(exponent &* 10 &+ Int(self[index] &- 0x30), 1_000_000)
                index &+= 1
            }
            if index == first { return nil }
            return (index, isNegative || digits &+ exponent <= Self.doubleDigits)
        }
        if !isInteger { return (index, digits <= Self.doubleDigits) }
        if digits <= Self.exactDigits { return (index, true) }
        let magnitude = self.extracting(whole..<index).unsignedDecimal
        return (index, magnitude.map { $0 <= 1 << 53 } ?? false)
    }

    /// Digits that every double can hold before its point: below 10^308.
    private static var doubleDigits: Int { 308 }
    /// Digits of integers that are certainly below 2^53.
    private static var exactDigits: Int { 15 }
}

private func endOfJSONStringBytes(
    _ text: UnsafePointer<UInt8>,
    _ start: Int,
    _ count: Int,
) -> (end: Int, hasEscapes: Bool)? {
    var index = start
    var hasEscapes = false
    while index < count {
        if index &+ 8 <= count {
            let word = unsafe UnsafeRawPointer(text + index).loadUnaligned(as: UInt64.self)
            let mask = jsonSpecialBytes(UInt64(littleEndian: word))
            if mask == 0 {
                index &+= 8
                continue
            }
            index &+= mask.trailingZeroBitCount >> 3
        }
        let byte = unsafe text[index]
        if byte == UInt8(ascii: "\"") { return (index, hasEscapes) }
        if byte == UInt8(ascii: "\\") {
            let length = unsafe lengthOfJSONEscape(text + index, count &- index)
            if length == 0 { return nil }
            hasEscapes = true
            index &+= length
        } else if byte < 0x20 {
            return nil
        } else {
            let length = unsafe utf8SequenceLength(text + index, count &- index)
            if length == 0 { return nil }
            index &+= length
        }
    }
    return nil
}

/// How long the escape is whose backslash is at `text`; 0 when it is none.
private func lengthOfJSONEscape(_ text: UnsafePointer<UInt8>, _ count: Int) -> Int {
    if count < 2 { return 0 }
    switch unsafe text[1] {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"),
        UInt8(ascii: "f"), UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
        return 2
    case UInt8(ascii: "u"):
        guard let high = unsafe jsonCodeUnit(text, count) else { return 0 }
        if high & 0xf800 != 0xd800 { return 6 }
        guard high & 0xfc00 == 0xd800, let low = unsafe jsonCodeUnit(text + 6, count &- 6),
            low & 0xfc00 == 0xdc00
        else { return 0 }
        return 12
    default:
        return 0
    }
}

/// The code unit that the `\u` at `text` says.
private func jsonCodeUnit(_ text: UnsafePointer<UInt8>, _ count: Int) -> UInt32? {
    guard count >= 6, unsafe text[0] == UInt8(ascii: "\\"), unsafe text[1] == UInt8(ascii: "u")
    else { return nil }
    var value: UInt32 = 0
    for index in 2..<6 {
        guard let digit = hexDigit(unsafe text[index]) else { return nil }
        value = value << 4 | UInt32(digit)
    }
    return value
}

extension OutputBuffer {
    /// Appends what the inside of a valid JSON string says, without its escapes.
    ///
    /// In what is not valid, a backslash without a meaning stands for itself.
    public mutating func append(jsonUnescaped bytes: borrowing Span<UInt8>) {
        self.reserve(bytes.count)
        var index = 0
        while let escape = bytes.firstOffset(of: UInt8(ascii: "\\"), from: index) {
            self.append(bytes.extracting(index..<escape))
            index = escape &+ self.append(jsonEscape: bytes.extracting(droppingFirst: escape))
        }
        self.append(bytes.extracting(droppingFirst: index))
    }

    /// Appends what a part of this buffer says that is the inside of a JSON string.
    public mutating func append(jsonUnescapedCopyOf range: Range<Int>) {
        precondition(
            range.lowerBound >= 0 && range.upperBound <= self.count,
            "range out of bounds",
        )
        // What comes out is never longer, so the bytes that are read stay where they are.
        self.reserve(range.count)
        let source = unsafe Span(_unsafeStart: self.base + range.lowerBound, count: range.count)
        self.append(jsonUnescaped: source)
    }

    /// Appends what the escape at the start of `bytes` says; returns its length.
    private mutating func append(jsonEscape bytes: borrowing Span<UInt8>) -> Int {
        let length = unsafe bytes.withUnsafeBufferPointer { text in
            guard let base = text.baseAddress else { return 0 }
            return unsafe lengthOfJSONEscape(base, text.count)
        }
        guard length > 0 else {
            self.append(bytes[0])
            return 1
        }
        switch bytes[1] {
        case UInt8(ascii: "b"): self.append(0x08)
        case UInt8(ascii: "f"): self.append(0x0c)
        case UInt8(ascii: "n"): self.append(0x0a)
        case UInt8(ascii: "r"): self.append(0x0d)
        case UInt8(ascii: "t"): self.append(0x09)
        case UInt8(ascii: "u"):
            var scalar = UInt32(bytes.extracting(2..<6).unsignedHex ?? 0)
            if length == 12 {
                let low = UInt32(bytes.extracting(8..<12).unsignedHex ?? 0)
                scalar = 0x10000 + (scalar & 0x3ff) << 10 + (low & 0x3ff)
            }
            self.append(utf8: scalar)
        default: self.append(bytes[1])
        }
        return length
    }

    private mutating func append(utf8 scalar: UInt32) {
        func tail(_ shift: UInt32) -> UInt8 { 0x80 | UInt8(scalar >> shift & 0x3f) }
        switch scalar {
        case 0..<0x80:
            self.append(UInt8(scalar))
        case 0x80..<0x800:
            self.append(0xc0 | UInt8(scalar >> 6))
            self.append(tail(0))
        case 0x800..<0x10000:
            self.append(0xe0 | UInt8(scalar >> 12))
            self.append(tail(6))
            self.append(tail(0))
        default:
            self.append(0xf0 | UInt8(scalar >> 18 & 7))
            self.append(tail(12))
            self.append(tail(6))
            self.append(tail(0))
        }
    }
}
