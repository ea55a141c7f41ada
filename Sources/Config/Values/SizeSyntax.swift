/// Sizes in bytes as Prometheus writes them: `10MB`, `4KiB`, `1.5GB`, or plain bytes.
///
/// Every unit is base 2, so `1KB` is `1KiB` is 1024 bytes (alecthomas/units, `Base2Bytes`). Beyond
/// Prometheus, the `B` may be left out and `k` is `K`, as Kubernetes and Fluent Bit write them.
package enum SizeSyntax {
    /// The bytes that `text` stands for; nil when it is no size or does not fit.
    package static func parse(_ text: String) -> Int? {
        if let plain = Int(text), plain >= 0, text.first != "+" { return plain }
        let source = Array(text.utf8)
        if source.isEmpty { return nil }
        var total = 0.0
        var index = 0
        while index < source.count {
            let start = index
            while index < source.count, Self.isNumeric(source[index]) { index += 1 }
            let digits = String(decoding: source[start..<index], as: UTF8.self)
            guard let number = Double(digits), digits != "." else { return nil }
            let unitStart = index
            while index < source.count, !Self.isNumeric(source[index]) { index += 1 }
            let unit = String(decoding: source[unitStart..<index], as: UTF8.self)
            guard let factor = Self.factor(unit) else { return nil }
            total += number * factor
        }
        return total < Self.beyond ? Int(total) : nil
    }

    /// The shortest text for a number of bytes, in the greatest unit that divides it.
    package static func format(_ bytes: Int) -> String {
        if bytes == 0 { return "0" }
        var count = bytes
        var place = 0
        while count.isMultiple(of: 1024), place + 1 < Self.prefixes.count {
            count /= 1024
            place += 1
        }
        return place == 0 ? "\(count)B" : "\(count)\(Self.prefixes[place])iB"
    }

    private static let prefixes = ["", "K", "M", "G", "T", "P", "E"]
    private static let beyond = 0x1p63

    private static func factor(_ unit: String) -> Double? {
        var name = unit
        if name.hasPrefix("k") { name = "K" + name.dropFirst() }
        for (place, prefix) in Self.prefixes.enumerated() {
            let spellings =
                prefix.isEmpty ? ["B"] : [prefix + "B", prefix + "iB", prefix, prefix + "i"]
            if spellings.contains(name) {
                return Double(sign: .plus, exponent: 10 * place, significand: 1)
            }
        }
        return nil
    }

    private static func isNumeric(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: ".")
    }
}
