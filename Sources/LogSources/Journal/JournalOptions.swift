import Codecs
package import Config
package import Host

/// What users may say of a journal.
package struct JournalOptions: ComponentOptions {
    /// The folders; those of the host if empty.
    package var paths: [String]
    /// Which entries are wanted.
    package var selection: JournalSelection
    /// Which fields stand on records.
    package var fields: [String]
    /// Where to start.
    package var readFrom: LogFileOptions.ReadFrom
    /// The most bytes of one record's body.
    package var maxLineBytes: Int
    /// The most entries that one sink reads in a second; nil for no bound.
    package var entriesPerSecond: Int?

    /// Both folders of the host, everything in them.
    package init(paths: [String] = []) {
        self.paths = paths
        self.selection = JournalSelection()
        self.fields = JournalFieldNames.usual
        self.readFrom = .checkpoint
        self.maxLineBytes = 1 << 20
    }

    package init(from node: inout ConfigNode) throws(ConfigError) {
        self.init()
        self.paths = Self.paths(from: &node)
        self.selection = Self.selection(from: &node)
        self.fields = node.strings(
            "fields",
            default: JournalFieldNames.usual,
            orSingle: true,
            "Fields of the journal that stand on records, under the journal's names; `*` is all.",
        )
        if self.fields.contains(where: { $0 != "*" && !JournalSelection.isField($0) }) {
            node.reject(
                "fields",
                expected: "names of journal fields, such as _SYSTEMD_UNIT, or `*`",
            )
        } else if self.fields.count > JournalFieldNames.limit {
            node.reject("fields", expected: "at most \(JournalFieldNames.limit) names, or `*`")
        }
        self.readFrom = node.choice(
            "read_from",
            default: .checkpoint,
            "Where to start in a journal that is there at the start: at the checkpoint (or the "
                + "beginning), the beginning, or the checkpoint (or the end).",
        )
        self.maxLineBytes = node.size(
            "max_line_bytes",
            default: 1 << 20,
            in: 1024...(64 << 20),
            "Longer messages are cut.",
        )
        self.entriesPerSecond = node.int(
            "entries_per_second",
            in: 1...1_000_000_000,
            "The most entries that a sink reads in a second; what waits stays in the journal.",
        )
    }

    private static func paths(from node: inout ConfigNode) -> [String] {
        let one = node.string("path", "The folder of the journal.")
        var paths = node.strings(
            "paths",
            default: [],
            "Folders of the journal; the host's /var/log/journal and /run/log/journal if empty.",
        )
        if let one {
            if !paths.isEmpty {
                node.reject("paths", because: "`path` and `paths` are given", remedy: "use one")
            }
            paths = [one]
        }
        return paths.map { path in
            var path = path
            while path.count > 1, path.hasSuffix("/") { path.removeLast() }
            return path
        }
    }

    private static func selection(from node: inout ConfigNode) -> JournalSelection {
        var selection = JournalSelection()
        let units = node.strings(
            "units",
            default: [],
            orSingle: true,
            "Units whose entries are wanted, as for `journalctl -u`; .service may be left out.",
        )
        if units.contains(where: { $0.isEmpty || $0.contains { "*?[".contains($0) } }) {
            node.reject("units", expected: "whole names of units, without patterns")
        }
        selection.units = units.map(JournalSelection.unitName)
        let matches = node.strings(
            "matches",
            default: [],
            orSingle: true,
            "FIELD=value: of one field any of the values, of different fields each.",
        )
        selection.matches = matches.compactMap(JournalSelection.Match.init(parsing:))
        if selection.matches.count < matches.count {
            node.reject("matches", expected: "FIELD=value, such as _TRANSPORT=kernel")
        }
        selection.identifiers = node.strings(
            "identifiers",
            default: [],
            orSingle: true,
            "Values of SYSLOG_IDENTIFIER that are wanted.",
        )
        selection.priority =
            node.choice(
                "priority",
                of: SyslogPriority.self,
                "The least grave priority that is wanted.",
            )?.number
        return selection
    }
}
