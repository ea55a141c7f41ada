package import Telemetry

extension LogSeverity {
    /// The severity of a syslog priority of 0 to 7; nothing is known of others.
    ///
    /// Source: OpenTelemetry, "Logs Data Model", appendix B.
    package init(syslogPriority priority: UInt64) {
        switch priority {
        case 0: self = .fatal
        case 1: self = .alert
        case 2: self = .critical
        case 3: self = .error
        case 4: self = .warning
        case 5: self = .notice
        case 6: self = .info
        case 7: self = .debug
        default: self = .unknown
        }
    }
}
