/// How grave a record is, on OpenTelemetry's scale of 1 to 24.
///
/// Source: OpenTelemetry, "Logs Data Model", "Field: SeverityNumber".
@frozen public struct LogSeverity: RawRepresentable, Sendable, Hashable, Comparable {
    /// 1 to 24; 0 when nothing is known.
    public let rawValue: UInt8

    /// Takes a number of the scale.
    @inlinable
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Nothing is known.
    public static let unknown = LogSeverity(rawValue: 0)
    /// Fine-grained detail.
    public static let trace = LogSeverity(rawValue: 1)
    /// For those who look for a fault.
    public static let debug = LogSeverity(rawValue: 5)
    /// Something happened as it should.
    public static let info = LogSeverity(rawValue: 9)
    /// Normal but worth a look: syslog's notice.
    public static let notice = LogSeverity(rawValue: 10)
    /// Something may be wrong.
    public static let warning = LogSeverity(rawValue: 13)
    /// Something is wrong.
    public static let error = LogSeverity(rawValue: 17)
    /// Something important is wrong: syslog's critical.
    public static let critical = LogSeverity(rawValue: 18)
    /// Somebody has to act at once: syslog's alert.
    public static let alert = LogSeverity(rawValue: 19)
    /// The program can't go on.
    public static let fatal = LogSeverity(rawValue: 21)

    /// Which of two is less grave.
    @inlinable
    public static func < (left: LogSeverity, right: LogSeverity) -> Bool {
        left.rawValue < right.rawValue
    }

    /// The scale's name for its range of four, in small letters; empty when nothing is known.
    public var name: StaticString {
        switch self.rawValue {
        case 1...4: "trace"
        case 5...8: "debug"
        case 9...12: "info"
        case 13...16: "warn"
        case 17...20: "error"
        case 21...24: "fatal"
        default: ""
        }
    }
}
