extension ConfigNode {
    /// Reads the options of a section that is always there.
    ///
    /// - Throws: What the options' `init` throws.
    package mutating func section<Options: ComponentOptions>(
        _ key: String,
        _ type: Options.Type,
        _ summary: String,
    ) throws(ConfigError) -> Options {
        try self.section(key, summary, read: Self.reader(type))
    }

    /// Reads the options of a section that may be absent.
    package mutating func optionalSection<Options: ComponentOptions>(
        _ key: String,
        _ type: Options.Type,
        _ summary: String,
    ) -> Options? {
        self.isBeingRecorded(type, key)
            ? nil : self.optionalSection(key, summary, read: Self.reader(type))
    }

    /// Reads the options of a section that can be switched; nil when it is off.
    package mutating func switchableSection<Options: ComponentOptions>(
        _ key: String,
        _ type: Options.Type,
        onByDefault isOn: Bool,
        _ summary: String,
    ) -> Options? {
        self.isBeingRecorded(type, key)
            ? nil
            : self.switchableSection(key, onByDefault: isOn, summary, read: Self.reader(type))
    }

    /// Reads a list of sections of one type.
    package mutating func sections<Options: ComponentOptions>(
        _ key: String,
        _ type: Options.Type,
        _ summary: String,
    ) -> [Options] {
        self.isBeingRecorded(type, key)
            ? [] : self.sections(key, summary, read: Self.reader(type))
    }

    /// Reads a mapping from names of the user's to sections of one type.
    package mutating func namedSections<Options: ComponentOptions>(
        _ key: String,
        _ type: Options.Type,
        placeholder: String,
        _ summary: String,
    ) -> [ConfigNamed<Options>] {
        if self.isBeingRecorded(type, key) { return [] }
        let read = Self.reader(type)
        return self.namedSections(key, placeholder: placeholder, summary) {
            (_, node) throws(ConfigError) in try read(&node)
        }
    }

    /// Whether the type is being recorded further up: a section that can hold its own kind.
    private func isBeingRecorded<Options>(_ type: Options.Type, _ key: String) -> Bool {
        guard let recorder = self.session.recorder, recorder.isOpen(type) else { return false }
        self.record(key, type: "section", summary: "The same keys as above, one level down.")
        return true
    }

    private static func reader<Options: ComponentOptions>(
        _ type: Options.Type
    ) -> ConfigReader<Options> {
        { node throws(ConfigError) in
            let recorder = node.session.recorder
            recorder?.open(type)
            defer { recorder?.close(type) }
            return try Options(from: &node)
        }
    }
}
