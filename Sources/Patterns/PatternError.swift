/// Why a text is no regular expression: what RE2 says, where, and what to do.
package struct PatternError: Error, Sendable, Hashable, CustomStringConvertible {
    /// RE2's words, such as `missing )`.
    package let message: String
    /// The part of the pattern that it is about; empty when it is about the whole.
    package let fragment: String
    /// Where `fragment` starts, in bytes from 0; nil when that is not known.
    package let offset: Int?
    /// What the author of the pattern can do.
    package let remedy: String

    init(message: String, fragment: String, in text: String) {
        self.message = message
        self.fragment = fragment
        self.offset = Self.offset(of: Array(fragment.utf8), in: Array(text.utf8))
        self.remedy = Self.remedy(message: message, fragment: fragment)
    }

    /// One line: what is wrong, where, and the remedy.
    package var description: String { "\(self.problem); \(self.remedy)" }

    /// The description without the remedy.
    package var problem: String {
        if self.fragment.isEmpty { return self.message }
        guard let offset = self.offset else { return "\(self.message): `\(self.fragment)`" }
        return "\(self.message): `\(self.fragment)` at offset \(offset)"
    }

    private static func offset(of fragment: [UInt8], in text: [UInt8]) -> Int? {
        guard !fragment.isEmpty, fragment.count <= text.count else { return nil }
        var found: Int?
        for start in 0...(text.count - fragment.count)
        where text[start..<start + fragment.count] == fragment[...] {
            // With two candidates nobody knows which one RE2 meant.
            if found != nil { return nil }
            found = start
        }
        return found
    }

    private static func remedy(message: String, fragment: String) -> String {
        if fragment.hasPrefix("(?=") || fragment.hasPrefix("(?!") || fragment.hasPrefix("(?<") {
            return "RE2 has no lookahead or lookbehind; match more and use a group instead"
        }
        if fragment.count == 2, fragment.hasPrefix("\\"), fragment.last?.isNumber == true {
            return "RE2 has no backreferences"
        }
        switch message {
        case "missing )", "missing parenthesis", "unexpected )":
            return "close every ( with a ), or write \\( and \\) for the characters themselves"
        case "missing ]":
            return "close every [ with a ], or write \\[ for the character itself"
        case "no argument for repetition operator":
            return "put something before *, + or ?, or write \\* for the character itself"
        case "bad repetition operator", "invalid repetition size":
            return "repeat at most 1000 times and one operator at a time, as in a{1,3}"
        case "pattern too large - compile failed", "out of memory", Pattern.tooLong:
            return "make it shorter, or use several patterns"
        case "trailing \\":
            return "write \\\\ for a backslash"
        default:
            return "see the RE2 syntax at https://github.com/google/re2/wiki/Syntax"
        }
    }
}
