/// syslog's priorities by their names, from the gravest to the least grave.
package enum SyslogPriority: String, Sendable, CaseIterable {
    case emerg
    case alert
    case crit
    case err
    case warning
    case notice
    case info
    case debug

    /// The number, 0 to 7.
    package var number: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
