extension ConfigNode {
    /// Reads a secret: `key` holds it, or `key_file` the path of a file that does.
    ///
    /// An empty secret is as good as none. Both keys at once are an error.
    package mutating func secret(_ key: String, _ summary: String) -> ConfigSecret? {
        self.secret(key, summary, isRequired: false)
    }

    /// Reads a secret that must be there in one of the two forms.
    package mutating func requiredSecret(_ key: String, _ summary: String) -> ConfigSecret {
        self.secret(key, summary, isRequired: true) ?? .literal("")
    }

    /// Reads a list of secrets, which are in the configuration itself.
    package mutating func secrets(_ key: String, _ summary: String) -> [ConfigSecret] {
        self.hide(key)
        return self.list(key, of: .string(), summary).map { .literal($0) }
    }

    /// Reads a mapping from names of the user's to lists of secrets.
    package mutating func secretListMap(
        _ key: String,
        _ summary: String,
    ) -> [ConfigNamed<[ConfigSecret]>] {
        self.hide(key)
        return self.listMap(key, of: .string(), summary).map { entry in
            ConfigNamed(entry.name, entry.value.map { .literal($0) }, at: entry.location)
        }
    }

    /// Reads a text, such as a proxy's URL with its password, that no message may show.
    ///
    /// An empty one is as good as none. `${…}` is left as it is when `isRaw` is set.
    package mutating func hiddenString(
        _ key: String,
        isRaw: Bool = false,
        _ summary: String,
    ) -> String? {
        self.record(key, type: "string", summary: summary, isSecret: true)
        let syntax = ScalarSyntax.string(isRaw ? .none : .variables)
        guard case .value(let text) = self.read(key, syntax, isSecret: true) else { return nil }
        return text.isEmpty ? nil : text
    }

    private mutating func secret(
        _ key: String,
        _ summary: String,
        isRequired: Bool,
    ) -> ConfigSecret? {
        self.record(key, type: "secret", summary: summary, isRequired: isRequired, isSecret: true)
        let fileKey = "\(key)_file"
        let literal = self.read(key, .string(), isSecret: true)
        let path = self.filePath(fileKey, "A file that holds `\(key)`; read when it is needed.")
        switch (literal, path) {
        case (.value(let text), let path?) where !text.isEmpty:
            self.reject(
                fileKey,
                because: "expected \(key) or \(fileKey), found both",
                remedy: "remove one of them",
            )
            return .file(path)
        case (.value(let text), nil) where !text.isEmpty:
            return .literal(text)
        case (_, let path?):
            return .file(path)
        case (.bad, nil):
            return nil
        case (_, nil):
            if isRequired {
                self.reject(
                    key,
                    because: "expected a secret, found nothing",
                    remedy: "add the key \(key) or \(fileKey)",
                )
            }
            return nil
        }
    }
}
