import Glibc

extension Span where Element == UInt8 {
    /// The bytes as an unsigned decimal integer; nil if empty, out of range or anything else.
    @inlinable
    public var unsignedDecimal: UInt64? {
        if self.isEmpty || self.count > 20 { return nil }
        var value: UInt64 = 0
        for index in 0..<self.count {
            let digit = self[index] &- 0x30
            if digit > 9 { return nil }
            if index < 18 {
                value = value &* 10 &+ UInt64(digit)
            } else {
                let (scaled, over) = value.multipliedReportingOverflow(by: 10)
                let (sum, carry) = scaled.addingReportingOverflow(UInt64(digit))
                if over || carry { return nil }
                value = sum
            }
        }
        return value
    }

    /// The bytes as a signed decimal integer with an optional sign.
    public var signedDecimal: Int64? {
        if self.isEmpty { return nil }
        let first = self[0]
        if first != UInt8(ascii: "-"), first != UInt8(ascii: "+") {
            return self.unsignedDecimal.flatMap { Int64(exactly: $0) }
        }
        guard let magnitude = self.extracting(droppingFirst: 1).unsignedDecimal else { return nil }
        if first == UInt8(ascii: "+") { return Int64(exactly: magnitude) }
        if magnitude == 1 << 63 { return Int64.min }
        return Int64(exactly: magnitude).map { 0 - $0 }
    }

    /// The bytes as an unsigned hexadecimal integer without prefix.
    public var unsignedHex: UInt64? {
        if self.isEmpty || self.count > 16 { return nil }
        var value: UInt64 = 0
        for index in 0..<self.count {
            guard let digit = hexDigit(self[index]) else { return nil }
            value = value << 4 | UInt64(digit)
        }
        return value
    }

    /// The bytes as a float in the grammar of Go's `strconv.ParseFloat`, without hexadecimal
    /// floats and underscores: digits, point, exponent, `Inf`, `Infinity` and `NaN` in any case.
    ///
    /// Up to 19 digits and small exponents are converted exactly here; the rest goes to `strtod`.
    @inlinable
    public var decimalFloat: Double? {
        var index = 0
        let end = self.count
        var negative = false
        if end > 0, self[0] == UInt8(ascii: "-") || self[0] == UInt8(ascii: "+") {
            negative = self[0] == UInt8(ascii: "-")
            index = 1
        }
        var mantissa: UInt64 = 0
        var digits = 0
        var scale = 0
        var seenPoint = false
        while index < end {
            let digit = self[index] &- 0x30
            if digit <= 9 {
                if digits >= 19 { return self.slowDecimalFloat }
                mantissa = mantissa &* 10 &+ UInt64(digit)
                digits &+= 1
                if seenPoint { scale &-= 1 }
            } else if self[index] == UInt8(ascii: "."), !seenPoint {
                seenPoint = true
            } else {
                return self.slowDecimalFloat
            }
            index &+= 1
        }
        if digits == 0 { return nil }
        // Exact when the digits fit the 53-bit mantissa and the power of ten is exact (Clinger).
        if mantissa >> 53 != 0 || scale < -22 { return self.slowDecimalFloat }
        let whole = Double(mantissa)
        let value = scale == 0 ? whole : whole / exactPowersOfTen[0 &- scale]
        return negative ? -value : value
    }

    @usableFromInline
    var slowDecimalFloat: Double? {
        if let special = self.specialFloat { return special }
        // strtod takes more than the grammar (hexadecimal, leading blanks): look first.
        var digits = 0
        for index in 0..<self.count {
            switch self[index] {
            case 0x30...0x39: digits += 1
            case UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."): break
            case UInt8(ascii: "e"), UInt8(ascii: "E"): if digits == 0 { return nil }
            default: return nil
            }
        }
        // No sensible number is longer; what is could only be an attack on the stack.
        if digits == 0 || self.count > 1024 { return nil }
        return unsafe self.withUnsafeBufferPointer { bytes in
            unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: bytes.count + 1) {
                copy -> Double? in
                for index in 0..<bytes.count {
                    unsafe copy[index] = CChar(bitPattern: bytes[index])
                }
                unsafe copy[bytes.count] = 0
                guard let start = copy.baseAddress else { return nil }
                var stop: UnsafeMutablePointer<CChar>?
                let value = unsafe strtod(start, &stop)
                return unsafe stop == start + bytes.count ? value : nil
            }
        }
    }

    private var specialFloat: Double? {
        var start = 0
        var negative = false
        if self.count > 0, self[0] == UInt8(ascii: "-") || self[0] == UInt8(ascii: "+") {
            negative = self[0] == UInt8(ascii: "-")
            start = 1
        }
        let word = self.extracting(droppingFirst: start)
        if word.equalsIgnoringCase("inf") || word.equalsIgnoringCase("infinity") {
            return negative ? -Double.infinity : Double.infinity
        }
        if start == 0, word.equalsIgnoringCase("nan") {
            return Double(bitPattern: 0x7ff8_0000_0000_0001)
        }
        return nil
    }

    /// Whether the bytes are those of a lowercase ASCII literal, without regard to case.
    public func equalsIgnoringCase(_ text: StaticString) -> Bool {
        if self.count != text.utf8CodeUnitCount { return false }
        for index in 0..<self.count {
            let byte = self[index]
            let lower = byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte
            if unsafe lower != text.utf8Start[index] { return false }
        }
        return true
    }
}

@usableFromInline
let exactPowersOfTen: InlineArray<23, Double> = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
]

/// The value of a hexadecimal digit.
@inlinable
public func hexDigit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte &- 0x30
    case 0x61...0x66: byte &- 0x57
    case 0x41...0x46: byte &- 0x37
    default: nil
    }
}
