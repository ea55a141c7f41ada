extension OutputBuffer {
    /// The most digits a 64-bit integer has, sign included.
    @usableFromInline static var decimalLimit: Int { 20 }

    /// Appends an unsigned integer in decimal.
    @inlinable
    public mutating func append(decimal value: UInt64) {
        self.reserve(Self.decimalLimit)
        var digits = 1
        var bound = value
        while bound >= 10 {
            bound /= 10
            digits &+= 1
        }
        var rest = value
        var position = self.length &+ digits
        self.length = position
        repeat {
            position &-= 1
            let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
            unsafe self.base[position] = 0x30 &+ UInt8(truncatingIfNeeded: digit)
            rest = quotient
        } while rest > 0
    }

    /// Appends a signed integer in decimal.
    @inlinable
    public mutating func append(decimal value: Int64) {
        if value < 0 { self.append(UInt8(ascii: "-")) }
        self.append(decimal: value.magnitude)
    }

    /// Appends an integer in decimal.
    @inlinable
    public mutating func append(decimal value: Int) {
        self.append(decimal: Int64(value))
    }

    /// Appends the last `width` decimal digits of a value, with leading zeros.
    @inlinable
    public mutating func append(decimal value: UInt64, width: Int) {
        self.reserve(width)
        var rest = value
        var position = self.length &+ width
        let start = self.length
        self.length = position
        while position > start {
            position &-= 1
            let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
            unsafe self.base[position] = 0x30 &+ UInt8(truncatingIfNeeded: digit)
            rest = quotient
        }
    }

    /// Appends a value in lowercase hexadecimal, with leading zeros up to `width` digits.
    @inlinable
    public mutating func append(hex value: UInt64, width: Int = 16) {
        var shift = (width &- 1) &* 4
        while shift >= 0 {
            let nibble = UInt8(truncatingIfNeeded: (value >> UInt64(shift)) & 0xf)
            self.append(nibble < 10 ? 0x30 &+ nibble : 0x57 &+ nibble)
            shift &-= 4
        }
    }
}
