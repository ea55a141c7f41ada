/// Reads one section by closure; the same rules hold as for `ComponentOptions.init(from:)`.
package typealias ConfigReader<Value> = (inout ConfigNode) throws(ConfigError) -> Value

extension ConfigNode {
    /// Reads a section that is always there, with its defaults when the file does not have it.
    ///
    /// - Throws: What `read` throws, for then there is no value.
    package mutating func section<Value>(
        _ key: String,
        _ summary: String,
        read: ConfigReader<Value>,
    ) throws(ConfigError) -> Value {
        self.record(key, type: "section", summary: summary)
        guard self.session.recorder == nil else {
            var child = self.child(self.path(to: key))
            return try read(&child)
        }
        let state = self.takeSection(key)
        do throws(ConfigError) {
            var child = self.child(key, state)
            let value = try read(&child)
            child.finish()
            return value
        } catch {
            // Its siblings are still worth reading, so something has to stand in for it.
            self.session.note(error.problem)
            let silent = ConfigSession(self.session.document, isSilent: true)
            var blank = ConfigNode(silent, [], at: self.location(of: key))
            do throws(ConfigError) {
                return try read(&blank)
            } catch _ {
                throw error
            }
        }
    }

    /// Reads a section that may be absent: `null` is as good as that, `{}` has every default.
    package mutating func optionalSection<Value>(
        _ key: String,
        _ summary: String,
        read: ConfigReader<Value>,
    ) -> Value? {
        self.record(key, type: "optional section", summary: summary)
        guard self.session.recorder == nil else {
            return self.recordChild(self.path(to: key), read)
        }
        let state = self.takeSection(key)
        guard case .mapping = state else { return nil }
        return self.run(self.child(key, state), read)
    }

    /// Reads a section that can be switched: `true`, `false`, or a mapping, which means on.
    ///
    /// - Parameters:
    ///   - key: The key. `key:` with nothing after it means on too.
    ///   - isOn: What its absence means.
    ///   - summary: One line for the reference.
    ///   - read: Reads the mapping, or the defaults.
    /// - Returns: What was read; nil when off, or when reading failed and the problem is noted.
    package mutating func switchableSection<Value>(
        _ key: String,
        onByDefault isOn: Bool,
        _ summary: String,
        read: ConfigReader<Value>,
    ) -> Value? {
        self.record(
            key,
            type: "boolean | section",
            default: "\(isOn)",
            summary: summary,
        )
        guard self.session.recorder == nil else {
            return self.recordChild(self.path(to: key), read)
        }
        let state = self.takeSection(key, switchable: true)
        switch state {
        case .off, .wrong: return nil
        case .absent where !isOn: return nil
        case .absent, .empty, .on, .mapping: return self.run(self.child(key, state), read)
        }
    }

    /// What the file has under a section's key.
    enum SectionState {
        case absent
        case empty
        case on
        case off
        /// The problem is noted.
        case wrong
        case mapping([YAMLEntry])
    }

    mutating func takeSection(_ key: String, switchable: Bool = false) -> SectionState {
        guard let node = self.take(key) else { return .absent }
        switch node.content {
        case .mapping(let entries):
            return .mapping(entries)
        case .scalar(_, isNull: true):
            return .empty
        case .scalar where switchable:
            let path = self.path(to: key)
            let isOn = self.session.convert(node, .switchedSection, path: path)
            return isOn.map { $0 ? .on : .off } ?? .wrong
        case .scalar, .list:
            let expected = switchable ? "true, false or a mapping" : "a mapping"
            self.reject(key, because: "expected \(expected), found \(Found.kind(node))")
            return .wrong
        }
    }

    /// The node of a section.
    func child(_ key: String, _ state: SectionState) -> ConfigNode {
        guard case .mapping(let entries) = state else {
            return ConfigNode(self.sessionForChild(state), [], at: self.location(of: key))
        }
        return ConfigNode(self.session, entries, at: self.location(of: key))
    }

    /// The node of a section that no file stands behind, for recording.
    func child(_ path: String) -> ConfigNode {
        ConfigNode(self.session, [], at: ConfigLocation(file: "", path: path))
    }

    /// Reads a child and reports its unknown keys; nil when that threw, and the problem is noted.
    func run<Value>(_ child: consuming ConfigNode, _ read: ConfigReader<Value>) -> Value? {
        do throws(ConfigError) {
            let value = try read(&child)
            child.finish()
            return value
        } catch {
            self.session.note(error.problem)
            return nil
        }
    }

    /// Records a child that a file may or may not have; there never is a value.
    func recordChild<Value>(_ path: String, _ read: ConfigReader<Value>) -> Value? {
        var child = self.child(path)
        do throws(ConfigError) {
            _ = try read(&child)
        } catch {
            self.session.recorder?.fail(error)
        }
        return nil
    }

    // What is missing inside of a section that is wrong as a whole is not worth a word.
    private func sessionForChild(_ state: SectionState) -> ConfigSession {
        guard case .wrong = state else { return self.session }
        return ConfigSession(self.session.document, isSilent: true)
    }
}

extension ScalarSyntax where Value == Bool {
    /// The switch in place of a section.
    static var switchedSection: Self {
        Self(
            "boolean | section",
            expectation: "true, false or a mapping",
            standIn: false,
            describe: { "\($0)" },
            parse: Self.bool.parse,
        )
    }
}
