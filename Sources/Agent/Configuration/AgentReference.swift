package import Config

/// `martlet reference`: every key, from the readers themselves.
package enum AgentReference {
    /// The keys, one block each: path, type, default and one line.
    ///
    /// - Throws: What an options type throws without a file behind it, which is a fault of its own.
    package static func text(keysBeginningWith prefix: String = "") throws(ConfigError) -> String {
        let reference = try ConfigReference.record(AgentOptions.self)
        var text = ""
        for entry in reference.entries where entry.path.hasPrefix(prefix) {
            var facts = [entry.type]
            if entry.isRequired { facts.append("required") }
            if let value = entry.defaultValue { facts.append("default \(value)") }
            if entry.isSecret { facts.append("never printed") }
            text += "\(entry.path)  (\(facts.joined(separator: ", ")))\n    \(entry.summary)\n"
        }
        if text.isEmpty { text = "no key begins with '\(prefix)'\n" }
        return text
    }
}
