extension ConfigNode {
    /// Reads other files that the user names by patterns, such as `scrape_config_files`.
    ///
    /// What is wrong with a file is reported with its name. A path without a pattern has to exist, a
    /// pattern may match nothing.
    ///
    /// - Parameters:
    ///   - key: The key of the list.
    ///   - summary: One line for the reference.
    ///   - read: Reads the top of one file.
    /// - Returns: The patterns, relative ones behind the configuration's folder, and what was read.
    package mutating func includedFiles<Value>(
        _ key: String,
        _ summary: String,
        read: ConfigReader<Value>,
    ) -> (patterns: [String], values: [Value]) {
        let patterns = self.pathPatterns(key, summary)
        guard self.session.recorder == nil else { return ([], []) }
        var values: [Value] = []
        var known: Set<String> = []
        for pattern in patterns {
            let paths = PathGlob.paths(matching: pattern)
            if paths.isEmpty, !PathGlob.isPattern(pattern) {
                self.reject(key, because: "expected a file at \(pattern), found none")
            }
            for path in paths where known.insert(path).inserted {
                if let value = self.included(path, read) { values.append(value) }
            }
        }
        return (patterns, values)
    }

    /// Reads a list of paths in which `*` may stand behind the last `/`; wrong ones are noted and
    /// left out.
    ///
    /// A relative one is relative to the configuration file. With `endings` a path ends in one of
    /// them, such as `.json`, in either case. Source: Prometheus, `patRulePath` in `config/config.go`
    /// and `patFileSDName` in `discovery/file/file.go`.
    package mutating func pathPatterns(
        _ key: String,
        endings: [String] = [],
        _ summary: String,
    ) -> [String] {
        var expectation = "a path with * behind its last / only"
        if !endings.isEmpty {
            expectation += " that ends in \(endings.joined(separator: ", "))"
        }
        let absolute = self.pathSyntax.parse
        let syntax = ScalarSyntax<String>(
            "path",
            expectation: expectation,
            standIn: "",
            describe: { $0 },
            parse: { text throws(ScalarMismatch) in
                let slash = text.utf8.lastIndex(of: UInt8(ascii: "/")) ?? text.startIndex
                let isRight =
                    !text.isEmpty && !text[..<slash].utf8.contains(UInt8(ascii: "*"))
                    && (endings.isEmpty || endings.contains { text.lowercased().hasSuffix($0) })
                if !isRight { throw ScalarMismatch() }
                return try absolute(text)
            },
        )
        return self.list(key, of: syntax, summary)
    }

    private func included<Value>(_ path: String, _ read: ConfigReader<Value>) -> Value? {
        do throws(ConfigError) {
            let document = try ConfigDocument.load(
                path: path,
                environment: self.session.document.environment,
            )
            let (value, report) = ConfigLoader.read(from: document, read)
            self.session.note(report)
            return value
        } catch {
            self.session.note(error.problem)
            return nil
        }
    }
}
