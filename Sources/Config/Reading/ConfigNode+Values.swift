/// What came of reading one key.
enum ConfigReading<Value> {
    case absent
    /// The problem is noted.
    case bad
    case value(Value)
}

extension ConfigNode {
    /// Reads a value of a notation of the component's own.
    ///
    /// - Parameters:
    ///   - key: The key.
    ///   - syntax: How the value is written.
    ///   - value: What an absent, empty or wrong value becomes.
    ///   - summary: One line for the reference.
    /// - Returns: The value, or the default.
    package mutating func value<Value>(
        _ key: String,
        _ syntax: ScalarSyntax<Value>,
        default value: Value,
        _ summary: String,
    ) -> Value {
        self.record(
            key,
            type: syntax.name,
            default: self.session.recorder == nil ? nil : syntax.describe(value),
            summary: summary,
        )
        guard case .value(let found) = self.read(key, syntax) else { return value }
        return found
    }

    /// Reads a value that may be absent.
    package mutating func value<Value>(
        _ key: String,
        _ syntax: ScalarSyntax<Value>,
        _ summary: String,
    ) -> Value? {
        self.record(key, type: syntax.name, summary: summary)
        guard case .value(let found) = self.read(key, syntax) else { return nil }
        return found
    }

    /// Reads a value that must be there; when it is not, notes that and returns a stand-in.
    package mutating func requiredValue<Value>(
        _ key: String,
        _ syntax: ScalarSyntax<Value>,
        _ summary: String,
    ) -> Value {
        self.record(key, type: syntax.name, summary: summary, isRequired: true)
        switch self.read(key, syntax) {
        case .value(let found):
            return found
        case .absent:
            self.noteMissing(key, syntax.expectation)
            return syntax.standIn
        case .bad:
            return syntax.standIn
        }
    }

    mutating func read<Value>(
        _ key: String,
        _ syntax: ScalarSyntax<Value>,
        isSecret: Bool = false,
    ) -> ConfigReading<Value> {
        guard let node = isSecret ? self.takeSecret(key) : self.take(key) else { return .absent }
        if case .scalar(_, isNull: true) = node.content, !syntax.takesNull { return .absent }
        let path = self.path(to: key)
        let found = self.session.convert(node, syntax, path: path, isSecret: isSecret)
        return found.map { .value($0) } ?? .bad
    }

    func noteMissing(_ key: String, _ expectation: String) {
        self.reject(
            key,
            because: "expected \(expectation), found nothing",
            remedy: "add the key \(key)",
        )
    }
}

extension ConfigSession {
    /// The value that a node stands for; nil when it is none, and then the problem is noted.
    func convert<Value>(
        _ node: YAMLNode,
        _ syntax: ScalarSyntax<Value>,
        path: String,
        isSecret: Bool = false,
    ) -> Value? {
        let location = self.location(node.mark, path)
        guard case .scalar(let written, let isNull) = node.content,
            !isNull || syntax.takesNull
        else {
            let message = "expected \(syntax.expectation), found \(Found.kind(node))"
            self.note(ConfigProblem(at: location, message))
            return nil
        }
        // An empty value that is taken means the empty text, however it is spelt.
        let text = isNull ? "" : written
        guard let substituted = self.substitute(text, syntax.substitution, location) else {
            return nil
        }
        do {
            return try syntax.parse(substituted.text)
        } catch {
            var found = Shown.quoted(text)
            if substituted.isFromEnvironment { found += " with its variables put in" }
            if isSecret { found = Found.secret }
            let expectation = error.expectation ?? syntax.expectation
            let message = "expected \(expectation), found \(found)"
            self.note(ConfigProblem(at: location, message, remedy: error.remedy))
            return nil
        }
    }

    private func substitute(
        _ text: String,
        _ substitution: Substitution,
        _ location: ConfigLocation,
    ) -> SubstitutedText? {
        let result = substitution.apply(to: text, environment: self.document.environment)
        if result.isTooLong {
            let limit = SizeSyntax.format(ConfigLimits.substitutedBytes)
            let message = "expected at most \(limit) with the variables put in, found more"
            self.note(ConfigProblem(at: location, message))
            return nil
        }
        guard let name = result.unset.first else { return result }
        if case .prometheus = substitution {
            let message = "the environment variable \(name) is not set; nothing is put in its place"
            self.note(ConfigProblem(.warning, at: location, message))
            return result
        }
        self.note(
            ConfigProblem(
                at: location,
                "expected the environment variable \(name), found that it is not set",
                remedy: "set it, give a default as in ${\(name):-value}, or write $${\(name)} "
                    + "for the characters themselves",
            )
        )
        return nil
    }
}
