/// How text from a configuration is put into a message.
enum Shown {
    /// The text in quotes: cut to a limit, control characters escaped, passwords in URLs hidden.
    static func quoted(_ text: String) -> String {
        var result = "\""
        var count = 0
        for scalar in Self.withoutUserInfo(text).unicodeScalars {
            if count == ConfigLimits.shownCharacters {
                return result + "…\""
            }
            count += 1
            switch scalar {
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            case "\"", "\\": result += "\\\(scalar)"
            default:
                let isPrintable = scalar.value >= 0x20 && !(0x7f...0x9f).contains(scalar.value)
                result += isPrintable ? String(scalar) : "\\u{\(String(scalar.value, radix: 16))}"
            }
        }
        return result + "\""
    }

    /// `https://user:password@host` as `https://<secret>@host`.
    static func withoutUserInfo(_ text: String) -> String {
        let source = Array(text.utf8)
        var result: [UInt8] = []
        var index = 0
        while index < source.count {
            result.append(source[index])
            index += 1
            guard result.suffix(3).elementsEqual("://".utf8) else { continue }
            let authority = source[index...].prefix { $0 != UInt8(ascii: "/") && $0 > 0x20 }
            if let at = authority.lastIndex(of: UInt8(ascii: "@")) {
                result.append(contentsOf: "<secret>".utf8)
                index = at
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
