/// Keys of labels and annotations as names of labels.
///
/// Source: kube-state-metrics 2.20, `internal/store/utils.go`.
enum LabelName {
    /// The key with `_` for every character that a label's name can't have.
    static func sanitized(_ key: String) -> String {
        let characters = key.unicodeScalars.map { scalar in
            Self.isNamePart(scalar) ? Character(scalar) : "_"
        }
        return String(characters)
    }

    /// `PREFIX_KEY` in snake case.
    static func snakeCase(_ prefix: String, _ key: String) -> String {
        var name = prefix + "_"
        var wasLower = false
        for character in Self.sanitized(key) {
            if wasLower, character.isUppercase { name.append("_") }
            wasLower = character.isLowercase || character.isNumber
            name += character.lowercased()
        }
        return name
    }

    /// The names of keys that are in the order of their bytes; those that would be the same get
    /// `_conflict1`, `_conflict2` and so on.
    static func unique(_ prefix: String, _ keys: [String]) -> [String] {
        let plain = keys.map { Self.snakeCase(prefix, $0) }
        var counts: [String: Int] = [:]
        for name in plain { counts[name, default: 0] += 1 }
        var used = Set(plain.filter { counts[$0] == 1 })
        var next: [String: Int] = [:]
        return plain.map { name in
            if counts[name] == 1 { return name }
            var candidate = name
            repeat {
                next[name, default: 0] += 1
                candidate = "\(name)_conflict\(next[name] ?? 0)"
            } while !used.insert(candidate).inserted
            return candidate
        }
    }

    private static func isNamePart(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", "_": true
        default: false
        }
    }
}
