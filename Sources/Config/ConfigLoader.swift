/// Makes typed options of a configuration and reports everything that is wrong with it.
package enum ConfigLoader {
    /// Reads a document as `Root`.
    ///
    /// - Returns: The options, nil when there are errors, and the report, which may hold warnings
    ///   all the same.
    package static func read<Root: ComponentOptions>(
        _: Root.Type,
        from document: ConfigDocument,
    ) -> (value: Root?, report: ConfigReport) {
        let session = ConfigSession(document) { try? ConfigReference.record(Root.self) }
        return self.read(session) { node throws(ConfigError) in try Root(from: &node) }
    }

    /// Reads a document as `Root` and says how it may be shown: as YAML, each secret as `<secret>`.
    package static func readShown<Root: ComponentOptions>(
        _: Root.Type,
        from document: ConfigDocument,
    ) -> (value: Root?, report: ConfigReport, shown: String) {
        let session = ConfigSession(document) { try? ConfigReference.record(Root.self) }
        let (value, report) = self.read(session) { node throws(ConfigError) in
            try Root(from: &node)
        }
        return (value, report, document.shown(hiding: session.secretNodes))
    }

    /// Reads a document by closure.
    package static func read<Value>(
        from document: ConfigDocument,
        _ read: ConfigReader<Value>,
    ) -> (value: Value?, report: ConfigReport) {
        self.read(ConfigSession(document), read)
    }

    private static func read<Value>(
        _ session: ConfigSession,
        _ read: ConfigReader<Value>,
    ) -> (value: Value?, report: ConfigReport) {
        let document = session.document
        for problem in document.problems { session.note(problem) }
        var entries: [YAMLEntry] = []
        var location = ConfigLocation(file: document.file)
        if let tree = document.tree {
            let root = tree.nodes[tree.root]
            if case .mapping(let found) = root.content { entries = found }
            location = session.location(root.mark, "")
        }
        let parent = ConfigNode(session, [], at: location)
        let value = parent.run(ConfigNode(session, entries, at: location), read)
        return (session.report.hasErrors ? nil : value, session.report)
    }

    /// Reads the file at `path` as `Root`; a file that can't be read or parsed is in the report.
    package static func load<Root: ComponentOptions>(
        _: Root.Type,
        path: String,
        environment: [String: String],
    ) -> (value: Root?, report: ConfigReport) {
        do {
            let document = try ConfigDocument.load(path: path, environment: environment)
            return self.read(Root.self, from: document)
        } catch {
            var report = ConfigReport()
            report.add(error.problem)
            return (nil, report)
        }
    }
}
