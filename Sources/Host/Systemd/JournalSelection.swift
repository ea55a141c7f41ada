/// Which entries of a journal are wanted; what is not said selects everything.
package struct JournalSelection: Sendable, Hashable {
    /// A field and a value that it has.
    package struct Match: Sendable, Hashable {
        /// The field's name.
        package let field: String
        /// Its value.
        package let value: String

        /// Pairs a field with a value.
        package init(_ field: String, _ value: String) {
            self.field = field
            self.value = value
        }

        /// Reads `FIELD=value`; nil when it is something else.
        package init?(parsing text: String) {
            guard let equals = text.utf8.firstIndex(of: UInt8(ascii: "=")) else { return nil }
            let field = String(text[..<equals])
            guard JournalSelection.isField(field) else { return nil }
            self.init(field, String(text[text.index(after: equals)...]))
        }
    }

    /// Units: what they say, and what the service manager and other daemons say of them.
    package var units: [String] = []
    /// Values of fields: of one field any of them, of different fields one each.
    package var matches: [Match] = []
    /// Values of SYSLOG_IDENTIFIER.
    package var identifiers: [String] = []
    /// The least grave priority, 0 to 7.
    package var priority: Int?

    /// Selects everything.
    package init() {}

    /// Whether everything is wanted.
    package var isEmpty: Bool {
        self.units.isEmpty && self.matches.isEmpty && self.identifiers.isEmpty
            && self.priority == nil
    }

    /// A unit's whole name: what has no suffix is a service, as for `journalctl -u`.
    package static func unitName(_ name: String) -> String {
        let isWhole = Self.suffixes.contains { name.hasSuffix($0) }
        return isWhole ? name : "\(name).service"
    }

    /// Whether `name` can be a field's: capital letters, digits and `_`, at most 64 of them.
    package static func isField(_ name: String) -> Bool {
        (1...64).contains(name.utf8.count)
            && name.utf8.allSatisfy { byte in
                byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z")
                    || byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
                    || byte == UInt8(ascii: "_")
            }
    }

    /// The terms to match: alternatives within groups, all of which have to be met.
    ///
    /// A term is met when each of its fields has one of the values given for it. Source of the terms
    /// of a unit: systemd's `add_matches_for_unit`.
    var groups: [[[Match]]] {
        var groups: [[[Match]]] = []
        if !self.units.isEmpty { groups.append(self.units.flatMap(Self.terms)) }
        if !self.matches.isEmpty { groups.append([self.matches]) }
        if !self.identifiers.isEmpty {
            groups.append([self.identifiers.map { Match("SYSLOG_IDENTIFIER", $0) }])
        }
        if let priority = self.priority {
            groups.append([(0...max(priority, 0)).map { Match("PRIORITY", "\($0)") }])
        }
        return groups
    }

    private static func terms(ofUnit unit: String) -> [[Match]] {
        var terms = [
            [Match("_SYSTEMD_UNIT", unit)],
            [Match("_PID", "1"), Match("UNIT", unit)],
            [Match("_UID", "0"), Match("OBJECT_SYSTEMD_UNIT", unit)],
            [
                Match("MESSAGE_ID", Self.coredumpID), Match("_UID", "0"),
                Match("COREDUMP_UNIT", unit),
            ],
        ]
        if unit.hasSuffix(".slice") { terms.append([Match("_SYSTEMD_SLICE", unit)]) }
        return terms
    }

    /// The id of messages about core dumps.
    private static let coredumpID = "fc2e22bc6ee647b6b90729ab34a250b1"
    private static let suffixes = [
        ".service", ".socket", ".device", ".mount", ".automount", ".swap", ".target", ".path",
        ".timer", ".slice", ".scope",
    ]
}
