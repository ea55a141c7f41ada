/// Which fields of journal entries stand on records.
package struct JournalFieldNames: Sendable, Hashable {
    /// The most names.
    package static let limit = 64
    /// What is kept unless something else is asked for: where an entry comes from.
    package static let usual = [
        "_SYSTEMD_UNIT", "UNIT", "SYSLOG_IDENTIFIER", "_PID", "PRIORITY", "_HOSTNAME",
        "_TRANSPORT", "_BOOT_ID",
    ]

    /// The names as bytes; nil for every field.
    let names: [[UInt8]]?

    /// Keeps fields of these names, the first `limit` of them; `*` among them is every field.
    package init(_ names: [String] = Self.usual) {
        let isAll = names.contains("*")
        self.names = isAll ? nil : names.prefix(Self.limit).map { Array($0.utf8) }
    }
}
