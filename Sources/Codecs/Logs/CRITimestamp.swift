import Bytes

/// Reads the timestamps of container log lines and remembers the last whole second.
///
/// RFC 3339 with 0 to 9 digits of fraction (further ones are dropped) and `Z` or a numeric offset,
/// as containerd (Go's RFC3339Nano) and conmon write it.
struct CRITimestamp {
    /// Seconds whose nanoseconds fit 64 bits: the years 1677 to 2262.
    static let secondsLimit: Int64 = 9_223_372_035

    private var first: UInt64 = 0
    private var second: UInt64 = 0
    private var third: UInt64 = 0
    private var seconds: Int64 = 0

    /// Reads one timestamp at `text`, of which `count` bytes may be looked at.
    ///
    /// Gives nanoseconds since 1970 and the timestamp's length; nil when there is none.
    @inline(__always)
    mutating func read(_ text: UnsafePointer<UInt8>, _ count: Int) -> (time: Int64, length: Int)? {
        if count < 20 { return nil }
        let raw = unsafe UnsafeRawPointer(text)
        let first = unsafe raw.loadUnaligned(as: UInt64.self)
        let second = unsafe raw.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
        let third = unsafe raw.loadUnaligned(fromByteOffset: 11, as: UInt64.self)
        if first != self.first || second != self.second || third != self.third {
            guard let seconds = unsafe Self.civilSeconds(text) else { return nil }
            self.first = first
            self.second = second
            self.third = third
            self.seconds = seconds
        }
        var nanoseconds: Int64 = 0
        var length = 19
        if unsafe text[19] == UInt8(ascii: ".") {
            guard let fraction = unsafe Self.fraction(text, count) else { return nil }
            nanoseconds = fraction.nanoseconds
            length = fraction.end
            if length >= count { return nil }
        }
        if unsafe text[length] == UInt8(ascii: "Z") {
            return (self.seconds &* 1_000_000_000 &+ nanoseconds, length &+ 1)
        }
        guard let offset = unsafe Self.zoneOffset(text + length, count &- length) else {
            return nil
        }
        let utc = self.seconds - offset
        if utc.magnitude > UInt64(Self.secondsLimit) { return nil }
        return (utc &* 1_000_000_000 &+ nanoseconds, length &+ 6)
    }

    /// The digits after the point at `text[19]`.
    @inline(__always)
    private static func fraction(
        _ text: UnsafePointer<UInt8>,
        _ count: Int,
    ) -> (nanoseconds: Int64, end: Int)? {
        if count >= 30 {
            let word = unsafe UInt64(
                littleEndian: UnsafeRawPointer(text).loadUnaligned(
                    fromByteOffset: 20,
                    as: UInt64.self,
                )
            )
            let ninth = unsafe text[28] &- 0x30
            if ninth <= 9, eightDigits(word), unsafe text[29] &- 0x30 > 9 {
                return (Int64(valueOfEightDigits(word)) &* 10 &+ Int64(ninth), 29)
            }
        }
        var value: Int64 = 0
        var digits = 0
        var index = 20
        while index < count {
            let digit = unsafe text[index] &- 0x30
            if digit > 9 { break }
            if digits < 9 {
                value = value &* 10 &+ Int64(digit)
                digits &+= 1
            }
            index &+= 1
        }
        if digits == 0 { return nil }
        while digits < 9 {
            value &*= 10
            digits &+= 1
        }
        return (value, index)
    }

    /// Seconds since 1970 of `2006-01-02T15:04:05`, taken as UTC.
    private static func civilSeconds(_ text: UnsafePointer<UInt8>) -> Int64? {
        guard
            unsafe text[4] == UInt8(ascii: "-"), unsafe text[7] == UInt8(ascii: "-"),
            unsafe text[10] == UInt8(ascii: "T") || text[10] == UInt8(ascii: "t"),
            unsafe text[13] == UInt8(ascii: ":"), unsafe text[16] == UInt8(ascii: ":"),
            let century = unsafe two(text), let years = unsafe two(text + 2),
            let month = unsafe two(text + 5), month >= 1, month <= 12,
            let day = unsafe two(text + 8), day >= 1, day <= 31,
            let hour = unsafe two(text + 11), hour <= 23,
            let minute = unsafe two(text + 14), minute <= 59,
            let second = unsafe two(text + 17), second <= 60
        else { return nil }
        let days = CivilTime.daysSinceEpoch(year: century * 100 + years, month: month, day: day)
        let seconds = Int64(days * 86_400 + hour * 3_600 + minute * 60 + second)
        return seconds.magnitude > UInt64(Self.secondsLimit) ? nil : seconds
    }

    /// Seconds east of UTC of `+02:00`.
    private static func zoneOffset(_ text: UnsafePointer<UInt8>, _ count: Int) -> Int64? {
        if count < 6 { return nil }
        let sign = unsafe text[0]
        guard
            sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-"),
            unsafe text[3] == UInt8(ascii: ":"),
            let hours = unsafe two(text + 1), hours <= 23,
            let minutes = unsafe two(text + 4), minutes <= 59
        else { return nil }
        let seconds = Int64(hours * 3_600 + minutes * 60)
        return sign == UInt8(ascii: "-") ? 0 - seconds : seconds
    }

    private static func two(_ text: UnsafePointer<UInt8>) -> Int? {
        let tens = unsafe text[0] &- 0x30
        let ones = unsafe text[1] &- 0x30
        return tens > 9 || ones > 9 ? nil : Int(tens) * 10 + Int(ones)
    }
}

/// Whether every byte of the word is an ASCII digit.
@inline(__always)
private func eightDigits(_ word: UInt64) -> Bool {
    let high: UInt64 = 0xf0f0_f0f0_f0f0_f0f0
    let zeros: UInt64 = 0x3030_3030_3030_3030
    return word & high == zeros && (word &+ 0x0606_0606_0606_0606) & high == zeros
}

/// The number that eight ASCII digits say, the first one in the lowest byte.
@inline(__always)
private func valueOfEightDigits(_ word: UInt64) -> UInt64 {
    let digits = word &- 0x3030_3030_3030_3030
    let pairs = (digits &* 10 &+ digits >> 8) & 0x00ff_00ff_00ff_00ff
    let quads = (pairs &* 100 &+ pairs >> 16) & 0x0000_ffff_0000_ffff
    return (quads &* 10_000 &+ quads >> 32) & 0xffff_ffff
}
