/// How references to environment variables in a value are treated.
package enum Substitution: Sendable {
    /// `${NAME}` and `${NAME:-default}`; a variable that is not set and has no default is an error.
    ///
    /// As in a shell, the default also takes the place of an empty variable, and ends at the first
    /// `}`. `$${NAME}` stands for the characters `${NAME}`. Every other `$` is left as it is.
    case variables
    /// None: the text as written.
    case none
    /// Prometheus's rule for external labels: `$NAME` and `${NAME}`, nothing for a variable that is
    /// not set (with a warning), and `$$` for `$`. `${NAME:-default}` works too.
    case prometheus
}

/// A value's text with environment variables put in.
struct SubstitutedText {
    var text: String
    /// Whether the environment had a part in it: then the text may be a secret.
    var isFromEnvironment = false
    /// Variables that are not set and have no default.
    var unset: [String] = []
    /// Whether the result grew beyond `ConfigLimits.substitutedBytes` and was cut.
    var isTooLong = false
}

extension Substitution {
    /// Puts the variables of `environment` into `text`.
    func apply(to text: String, environment: [String: String]) -> SubstitutedText {
        if case .none = self { return SubstitutedText(text: text) }
        guard text.utf8.contains(Self.dollar) else { return SubstitutedText(text: text) }
        var result = SubstitutedText(text: "")
        let source = Array(text.utf8)
        var output: [UInt8] = []
        var index = 0
        while index < source.count {
            if output.count > ConfigLimits.substitutedBytes {
                result.isTooLong = true
                break
            }
            if let escape = self.escape(source, at: index) {
                output.append(contentsOf: escape.text)
                index = escape.end
            } else if let reference = self.reference(source, at: index) {
                output.append(contentsOf: Self.value(of: reference, environment, &result).utf8)
                index = reference.end
            } else {
                output.append(source[index])
                index += 1
            }
        }
        result.text = String(decoding: output, as: UTF8.self)
        return result
    }

    private struct Reference {
        var name: String
        var fallback: String?
        var end: Int
    }

    private static let dollar = UInt8(ascii: "$")

    private static func value(
        of reference: Reference,
        _ environment: [String: String],
        _ result: inout SubstitutedText,
    ) -> String {
        result.isFromEnvironment = true
        let value = environment[reference.name]
        if let value, !value.isEmpty { return value }
        if let fallback = reference.fallback { return fallback }
        if value == nil { result.unset.append(reference.name) }
        return ""
    }

    private func escape(_ source: [UInt8], at index: Int) -> (text: [UInt8], end: Int)? {
        guard source[index] == Self.dollar, index + 1 < source.count,
            source[index + 1] == Self.dollar
        else { return nil }
        switch self {
        case .none:
            return nil
        case .prometheus:
            return ([Self.dollar], index + 2)
        case .variables:
            // Two dollars elsewhere mean something to whoever reads the value; both stay.
            guard let reference = self.reference(source, at: index + 1) else {
                return ([Self.dollar, Self.dollar], index + 2)
            }
            return (Array(source[index + 1..<reference.end]), reference.end)
        }
    }

    private func reference(_ source: [UInt8], at index: Int) -> Reference? {
        guard source[index] == Self.dollar, index + 1 < source.count else { return nil }
        guard source[index + 1] == UInt8(ascii: "{") else {
            guard case .prometheus = self else { return nil }
            let end = Self.nameEnd(source, from: index + 1)
            if end == index + 1 { return nil }
            return Reference(name: Self.text(source[index + 1..<end]), fallback: nil, end: end)
        }
        let start = index + 2
        let end = Self.nameEnd(source, from: start)
        guard end > start, end < source.count else { return nil }
        let name = Self.text(source[start..<end])
        if source[end] == UInt8(ascii: "}") {
            return Reference(name: name, fallback: nil, end: end + 1)
        }
        guard source[end...].starts(with: ":-".utf8),
            let close = source[(end + 2)...].firstIndex(of: UInt8(ascii: "}"))
        else { return nil }
        return Reference(name: name, fallback: Self.text(source[end + 2..<close]), end: close + 1)
    }

    /// Where a name of `[A-Za-z_][A-Za-z0-9_]*` that starts at `start` ends.
    private static func nameEnd(_ source: [UInt8], from start: Int) -> Int {
        var end = start
        while end < source.count {
            switch source[end] {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "_"):
                end += 1
            case UInt8(ascii: "0")...UInt8(ascii: "9") where end > start:
                end += 1
            default:
                return end
            }
        }
        return end
    }

    private static func text(_ bytes: ArraySlice<UInt8>) -> String {
        String(decoding: bytes, as: UTF8.self)
    }
}
