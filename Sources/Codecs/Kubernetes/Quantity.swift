import Bytes

/// An amount as the API writes it, such as `250m`, `64Mi` or `1e3`, kept exactly.
///
/// As the API does, takes nothing above 2^63 - 1 (more is that much) and rounds what is finer than a
/// billionth away from zero. Source: Kubernetes, `apimachinery/pkg/api/resource/quantity.go`.
package struct Quantity: Sendable, Hashable {
    /// The longest text that can be an amount.
    package static let lengthLimit = 128

    /// Billionths of one.
    private let billionths: Int128

    private static let one: Int128 = 1_000_000_000
    private static let largest = Int128(Int64.max) * Self.one

    /// Reads an amount; nil when the text is none.
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard let value = Self.read(bytes.span) else { return nil }
        self.billionths = value
    }

    /// The amount in whole units, rounded up.
    package var value: Int64 { self.scaled(by: Self.one) }

    /// The amount in thousandths, rounded up; the largest number where it doesn't fit.
    package var thousandths: Int64 { self.scaled(by: Self.one / 1_000) }

    private func scaled(by divisor: Int128) -> Int64 {
        let (quotient, rest) = self.billionths.quotientAndRemainder(dividingBy: divisor)
        return Int64(clamping: rest > 0 ? quotient + 1 : quotient)
    }

    private static func read(_ text: Span<UInt8>) -> Int128? {
        if text.count > Self.lengthLimit { return nil }
        var index = 0
        var isNegative = false
        if !text.isEmpty, text[0] == UInt8(ascii: "-") || text[0] == UInt8(ascii: "+") {
            isNegative = text[0] == UInt8(ascii: "-")
            index = 1
        }
        var digits = Digits()
        let start = index
        while index < text.count, text[index] &- 0x30 <= 9 {
            digits.append(text[index] &- 0x30)
            index += 1
        }
        var count = index - start
        if index < text.count, text[index] == UInt8(ascii: ".") {
            index += 1
            let start = index
            while index < text.count, text[index] &- 0x30 <= 9 {
                digits.append(text[index] &- 0x30)
                digits.exponent -= 1
                index += 1
            }
            count += index - start
        }
        guard count > 0, let unit = Unit(text.extracting(droppingFirst: index)) else { return nil }
        let value = digits.billionths(unit)
        return isNegative ? 0 - value : value
    }

    /// What the letters behind the digits say.
    private enum Unit {
        case powerOfTen(Int)
        case powerOfTwo(Int)

        init?(_ suffix: Span<UInt8>) {
            switch suffix {
            case "": self = .powerOfTen(0)
            case "n": self = .powerOfTen(-9)
            case "u": self = .powerOfTen(-6)
            case "m": self = .powerOfTen(-3)
            case "k": self = .powerOfTen(3)
            case "M": self = .powerOfTen(6)
            case "G": self = .powerOfTen(9)
            case "T": self = .powerOfTen(12)
            case "P": self = .powerOfTen(15)
            case "E": self = .powerOfTen(18)
            case "Ki": self = .powerOfTwo(10)
            case "Mi": self = .powerOfTwo(20)
            case "Gi": self = .powerOfTwo(30)
            case "Ti": self = .powerOfTwo(40)
            case "Pi": self = .powerOfTwo(50)
            case "Ei": self = .powerOfTwo(60)
            default:
                guard suffix[0] | 0x20 == UInt8(ascii: "e"),
                    let power = suffix.extracting(droppingFirst: 1).signedDecimal,
                    let exponent = Int32(exactly: power)
                else { return nil }
                self = .powerOfTen(Int(exponent))
            }
        }
    }

    /// The digits of an amount, as many as 128 bits hold.
    private struct Digits {
        var value: Int128 = 0
        var exponent = 0
        /// Whether a digit that was left out is not 0.
        var hasMore = false

        mutating func append(_ digit: UInt8) {
            if self.value < Int128.max / 10 - 1, !self.hasMore {
                self.value = self.value * 10 + Int128(digit)
            } else {
                self.exponent += 1
                if digit != 0 { self.hasMore = true }
            }
        }

        /// Rounded up, and no more than the largest amount.
        func billionths(_ unit: Unit) -> Int128 {
            if self.value == 0 { return 0 }
            var value = self.value
            var exponent = self.exponent + 9
            var hasMore = self.hasMore
            switch unit {
            case .powerOfTen(let power): exponent += power
            case .powerOfTwo(let power):
                // What is lost here is far finer than a billionth.
                while value > Int128.max >> power, exponent < 0 {
                    hasMore = hasMore || value % 10 > 0
                    value /= 10
                    exponent += 1
                }
                if value > Int128.max >> power { return Quantity.largest }
                value <<= power
            }
            while exponent < 0, value > 0 {
                let (quotient, rest) = value.quotientAndRemainder(dividingBy: 10)
                hasMore = hasMore || rest > 0
                value = quotient
                exponent += 1
            }
            if hasMore { value += 1 }
            while exponent > 0 {
                if value > Quantity.largest { return Quantity.largest }
                value *= 10
                exponent -= 1
            }
            return min(value, Quantity.largest)
        }
    }
}
