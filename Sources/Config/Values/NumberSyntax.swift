/// Booleans and numbers as YAML 1.1 writes them, in the part that Go's YAML accepts.
enum NumberSyntax {
    /// `true`, `yes`, `on`, `y` and their opposites, in lower, upper or title case.
    static func bool(_ text: String) -> Bool? {
        if Self.trueTexts.contains(text) { return true }
        if Self.falseTexts.contains(text) { return false }
        return nil
    }

    /// A whole number: decimal, `0x…`, `0o…` or `0b…`; `_` may part the digits.
    ///
    /// A leading zero is refused, for YAML 1.1 reads it as octal and people do not.
    static func int(_ text: String) -> Int? {
        var digits = Substring(text)
        var sign = ""
        if let first = digits.first, first == "-" || first == "+" {
            sign = String(first)
            digits = digits.dropFirst()
        }
        let radix: Int
        switch digits.prefix(2) {
        case "0x", "0X": radix = 16
        case "0o", "0O": radix = 8
        case "0b", "0B": radix = 2
        default: radix = 10
        }
        if radix != 10 { digits = digits.dropFirst(2) }
        guard let first = digits.first, first != "_", first != "-", first != "+" else { return nil }
        if radix == 10, first == "0", digits.count > 1 { return nil }
        return Int(sign + digits.filter { $0 != "_" }, radix: radix)
    }

    /// A number with or without fraction and exponent, `.inf` or `.nan`.
    static func double(_ text: String) -> Double? {
        switch text.lowercased() {
        case ".inf", "+.inf": return .infinity
        case "-.inf": return -.infinity
        case ".nan": return .nan
        default: break
        }
        let isDecimal = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"),
                UInt8(ascii: "+"), UInt8(ascii: "e"), UInt8(ascii: "E"):
                true
            default: false
            }
        }
        return isDecimal ? Double(text) : NumberSyntax.int(text).map(Double.init)
    }

    private static let trueTexts: Set<String> = [
        "y", "Y", "yes", "Yes", "YES", "on", "On", "ON", "true", "True", "TRUE",
    ]
    private static let falseTexts: Set<String> = [
        "n", "N", "no", "No", "NO", "off", "Off", "OFF", "false", "False", "FALSE",
    ]
}
