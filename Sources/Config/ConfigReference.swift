/// Every key of a configuration, as its readers declare it.
package struct ConfigReference: Sendable {
    /// One key.
    package struct Entry: Sendable, Hashable {
        /// The key path, such as `scrape_configs[].job_name` or `logs.sinks[type=console].name`.
        package let path: String
        /// The type's name, such as `duration` or `list of sections`.
        package let type: String
        /// The default as it would be written; nil when there is none.
        package let defaultValue: String?
        /// One line that says what it is for.
        package let summary: String
        /// Whether it must be given.
        package let isRequired: Bool
        /// Whether its value is never printed.
        package let isSecret: Bool
    }

    /// The keys in the order in which they are read; a section stands before its keys.
    package let entries: [Entry]

    /// Records what the options type reads, nested and optional sections included.
    ///
    /// - Throws: What its `init` throws, which it should not without a file.
    package static func record<Root: ComponentOptions>(
        _: Root.Type
    ) throws(ConfigError) -> ConfigReference {
        try self.record { node throws(ConfigError) in try Root(from: &node) }
    }

    /// Records what a closure reads.
    package static func record<Root>(
        _ read: ConfigReader<Root>
    ) throws(ConfigError) -> ConfigReference {
        let recorder = ConfigRecorder()
        let session = ConfigSession(.defaults(environment: [:]), recorder: recorder)
        var node = ConfigNode(session, [], at: ConfigLocation(file: ""))
        _ = try read(&node)
        if let failure = recorder.failure { throw failure }
        return ConfigReference(entries: recorder.entries)
    }
}

/// Collects the keys while options are read without a file.
final class ConfigRecorder {
    private(set) var entries: [ConfigReference.Entry] = []
    /// The first error of a section whose error does not reach its parent.
    private(set) var failure: ConfigError?
    private var openTypes: [ObjectIdentifier] = []

    func add(_ entry: ConfigReference.Entry) {
        self.entries.append(entry)
    }

    func fail(_ error: ConfigError) {
        if self.failure == nil { self.failure = error }
    }

    func open<Options>(_ type: Options.Type) {
        self.openTypes.append(ObjectIdentifier(type))
    }

    func close<Options>(_ type: Options.Type) {
        self.openTypes.removeLast()
    }

    func isOpen<Options>(_ type: Options.Type) -> Bool {
        self.openTypes.contains(ObjectIdentifier(type))
    }
}
