extension ConfigDocument {
    /// The document as YAML in block style, with `<secret>` where a secret stands.
    ///
    /// Secrets are the values that were read as such, and, for keys that nobody read, those whose
    /// name says so. Variables of the environment are shown by their names, aliases with what they
    /// stand for. What is longer than `ConfigLimits.shownBytes` is cut.
    func shown(hiding secrets: Set<Int>) -> String {
        guard let tree = self.tree else { return "" }
        var printer = YAMLPrinter(tree: tree, secrets: secrets)
        printer.write(tree.root, indent: 0)
        return printer.text
    }
}

/// Writes a tree as YAML.
private struct YAMLPrinter {
    let tree: YAMLTree
    let secrets: Set<Int>
    var text = ""

    init(tree: YAMLTree, secrets: Set<Int>) {
        self.tree = tree
        self.secrets = secrets
    }

    /// Names of keys whose values are secrets wherever they stand.
    private static let secretKeys: Set<String> = [
        "password", "secret", "secrets", "client_secret", "secret_key", "credentials", "token",
        "bearer_token", "key", "api_key", "auth_token",
    ]

    private var isFull: Bool { self.text.utf8.count > ConfigLimits.shownBytes }

    /// Writes the lines of a mapping, a list or a value.
    mutating func write(_ index: Int, indent: Int) {
        switch self.tree.nodes[index].content {
        case .mapping(let entries):
            for entry in entries { self.write(entry, indent: indent) }
        case .list(let items):
            for item in items {
                if self.isFull { return self.cut() }
                self.pad(indent)
                self.text += "-"
                self.writeValue(item, indent: indent + 2, isItem: true)
            }
        case .scalar:
            self.pad(indent)
            self.text += self.scalar(index) + "\n"
        }
    }

    private mutating func write(_ entry: YAMLEntry, indent: Int, isPadded: Bool = true) {
        if self.isFull { return self.cut() }
        if isPadded { self.pad(indent) }
        self.text += Self.quoted(entry.key, isNull: false) + ":"
        if self.isSecret(entry) {
            self.text += " <secret>\n"
            return
        }
        self.writeValue(entry.value, indent: indent + 2, isItem: false)
    }

    private mutating func writeValue(_ index: Int, indent: Int, isItem: Bool) {
        switch self.tree.nodes[index].content {
        case .scalar: self.text += " \(self.scalar(index))\n"
        case .list(let items) where items.isEmpty: self.text += " []\n"
        case .mapping(let entries) where entries.isEmpty: self.text += " {}\n"
        case .mapping(let entries) where isItem:
            // The first key stands on the line of the dash.
            self.text += " "
            for (place, entry) in entries.enumerated() {
                self.write(entry, indent: indent, isPadded: place > 0)
            }
        case .list where !isItem:
            self.text += "\n"
            self.write(index, indent: indent - 2)
        case .mapping, .list:
            self.text += "\n"
            self.write(index, indent: indent)
        }
    }

    private func isSecret(_ entry: YAMLEntry) -> Bool {
        guard case .scalar(let text, _) = self.tree.nodes[entry.value].content else {
            return entry.key == "secrets"
        }
        if text.isEmpty { return false }
        return self.secrets.contains(entry.value) || Self.secretKeys.contains(entry.key)
    }

    private func scalar(_ index: Int) -> String {
        guard case .scalar(let text, let isNull) = self.tree.nodes[index].content else { return "" }
        if self.secrets.contains(index), !text.isEmpty { return "<secret>" }
        return Self.quoted(Shown.withoutUserInfo(text), isNull: isNull)
    }

    private mutating func pad(_ indent: Int) {
        for _ in 0..<indent { self.text += " " }
    }

    private mutating func cut() {
        if !self.text.hasSuffix("# cut\n") { self.text += "# cut\n" }
    }

    /// The text as it is where that is safe, otherwise in double quotes.
    private static func quoted(_ text: String, isNull: Bool) -> String {
        if isNull { return "null" }
        let isPlain =
            !text.isEmpty && !Self.words.contains(text.lowercased())
            && text.utf8.allSatisfy { byte in
                let isLetter = (byte | 0x20) &- 0x61 < 26
                return isLetter || byte &- 0x30 < 10 || Self.plain.contains(byte)
            }
        if isPlain, let first = text.utf8.first, first != 0x2d { return text }
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            case "\r": result += "\\r"
            case "\"", "\\": result += "\\\(scalar)"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }

    private static let plain = Set("_./+-$()^".utf8)
    private static let words: Set<String> = ["null", "~"]
}
