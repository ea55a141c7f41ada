import Bytes
package import Telemetry

extension LogSeverity {
    /// What a number means that a program writes as its level: syslog's 0 to 7, or one of the tens
    /// that pino and bunyan write.
    package init?(number: UInt64) {
        switch number {
        case 0...7: self.init(syslogPriority: number)
        case 10: self = .trace
        case 20: self = .debug
        case 30: self = .info
        case 40: self = .warning
        case 50: self = .error
        case 60: self = .fatal
        default: return nil
        }
    }

    /// What a program's name of a level means; the case of letters does not matter.
    ///
    /// The names are those of Loki's `detected_level`, and of log4j, java.util.logging, zap, .NET,
    /// Google Cloud and syslog.
    package init?(name: borrowing Span<UInt8>) {
        guard let place = SeverityName.place(of: name) else { return nil }
        self = SeverityName.severity(at: place)
    }
}

/// The names that programs have for levels.
enum SeverityName {
    /// A name in small letters with what it means.
    private typealias Entry = (name: StaticString, severity: UInt8)

    /// The shortest and the longest name.
    private static let lengths = 3...13

    private static let entries: [Entry] = [
        ("info", 9), ("error", 17), ("warn", 13), ("warning", 13), ("debug", 5), ("trace", 1),
        ("fatal", 21), ("err", 17), ("critical", 18), ("notice", 10), ("information", 9),
        ("inf", 9), ("wrn", 13), ("dbg", 5), ("trc", 1), ("crit", 18), ("alert", 19),
        ("emerg", 21), ("emergency", 21), ("panic", 19), ("dpanic", 18), ("severe", 17),
        ("config", 7), ("fine", 6), ("finer", 5), ("finest", 1), ("verbose", 1),
        ("informational", 9),
    ]

    /// Which of the names it is.
    static func place(of name: borrowing Span<UInt8>) -> Int? {
        if !Self.lengths.contains(name.count) { return nil }
        for place in Self.entries.indices where name.equalsIgnoringCase(Self.entries[place].name) {
            return place
        }
        return nil
    }

    /// What it means.
    static func severity(at place: Int) -> LogSeverity {
        LogSeverity(rawValue: Self.entries[place].severity)
    }
}
