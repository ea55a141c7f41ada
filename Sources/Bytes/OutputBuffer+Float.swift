extension OutputBuffer {
    /// Appends a float as Go's `strconv.FormatFloat(value, 'g', -1, 64)` writes it.
    ///
    /// Shortest digits that read back as the same value; scientific form when the decimal exponent
    /// is below -4 or at least 21 digits are not needed: Go uses 6 as its bound here, so 529408 stays
    /// plain and 1589248 becomes `1.589248e+06`. `NaN`, `+Inf` and `-Inf` are spelled out.
    /// Source: Prometheus's text exposition, client libraries' `expfmt`.
    public mutating func append(goFloat value: Double) {
        if value.isNaN {
            self.append("NaN")
        } else if value.isInfinite {
            self.append(value < 0 ? "-Inf" : "+Inf")
        } else if value == 0 {
            self.append(value.sign == .minus ? "-0" : "0")
        } else if value.magnitude < 1_000_000, value == value.rounded(.towardZero) {
            self.append(decimal: Int64(value))
        } else {
            self.append(shortest: ShortestDigits(value))
        }
    }

    /// Appends a float as OpenMetrics wants it: like Go's `%g`, with `.0` on whole numbers.
    public mutating func append(openMetricsFloat value: Double) {
        let start = self.count
        self.append(goFloat: value)
        guard value.isFinite else { return }
        for offset in start..<self.count {
            let byte = unsafe self.base[offset]
            if byte == UInt8(ascii: ".") || byte == UInt8(ascii: "e") { return }
        }
        self.append(".0")
    }

    private mutating func append(shortest digits: ShortestDigits) {
        if digits.negative { self.append(UInt8(ascii: "-")) }
        let exponent = digits.point - 1
        if exponent < -4 || exponent >= 6 {
            self.append(digits.bytes[0])
            if digits.count > 1 { self.append(UInt8(ascii: ".")) }
            for index in 1..<max(digits.count, 1) { self.append(digits.bytes[index]) }
            self.append(UInt8(ascii: "e"))
            self.append(exponent < 0 ? UInt8(ascii: "-") : UInt8(ascii: "+"))
            let magnitude = UInt64(exponent.magnitude)
            self.append(decimal: magnitude, width: magnitude >= 100 ? 3 : 2)
            return
        }
        if digits.point <= 0 {
            self.append("0.")
            for _ in 0..<(-digits.point) { self.append(UInt8(ascii: "0")) }
            for index in 0..<digits.count { self.append(digits.bytes[index]) }
            return
        }
        for index in 0..<max(digits.count, digits.point) {
            if index == digits.point { self.append(UInt8(ascii: ".")) }
            self.append(index < digits.count ? digits.bytes[index] : UInt8(ascii: "0"))
        }
    }
}

/// The shortest decimal digits of a finite, non-zero float and where its point stands.
struct ShortestDigits {
    /// ASCII digits without leading or trailing zeros; the first `count` hold.
    private(set) var bytes: InlineArray<24, UInt8> = .init(repeating: 0x30)
    private(set) var count = 0
    /// The value is 0.DIGITS × 10^point.
    private(set) var point = 0
    let negative: Bool

    /// Below this every whole number is a float of its own, so its digits are the shortest.
    private static let exactBelow: Double = 9_007_199_254_740_992

    /// Takes a whole number's own digits, or those of the standard library's shortest form.
    init(_ value: Double) {
        self.negative = value < 0
        if value.magnitude < Self.exactBelow, value == value.rounded(.towardZero) {
            self.takeDigits(of: UInt64(value.magnitude))
        } else {
            self.takeDigits(ofShortest: value.magnitude)
        }
        while self.count > 1, self.bytes[self.count - 1] == UInt8(ascii: "0") { self.count -= 1 }
    }

    private mutating func takeDigits(of whole: UInt64) {
        var digits = 1
        var bound = whole
        while bound >= 10 {
            bound /= 10
            digits += 1
        }
        var rest = whole
        for place in stride(from: digits - 1, through: 0, by: -1) {
            let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
            self.bytes[place] = 0x30 + UInt8(truncatingIfNeeded: digit)
            rest = quotient
        }
        self.count = digits
        self.point = digits
    }

    private mutating func takeDigits(ofShortest magnitude: Double) {
        var seenPoint = false
        var exponent = 0
        var exponentNegative = false
        var inExponent = false
        for byte in magnitude.description.utf8 {
            switch byte {
            case UInt8(ascii: "."): seenPoint = true
            case UInt8(ascii: "e"): inExponent = true
            case UInt8(ascii: "-"): exponentNegative = true
            case UInt8(ascii: "+"): break
            default:
                if inExponent {
                    exponent = exponent * 10 + Int(byte - 0x30)
                } else if self.count == 0, byte == UInt8(ascii: "0") {
                    if seenPoint { self.point -= 1 }
                } else if self.count < 24 {
                    self.bytes[self.count] = byte
                    self.count += 1
                    if !seenPoint { self.point += 1 }
                }
            }
        }
        self.point += exponentNegative ? -exponent : exponent
    }
}
