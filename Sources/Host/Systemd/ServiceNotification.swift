import CSystemd

/// What systemd is told by a service that it started.
///
/// Source: sd_notify(3), sd_watchdog_enabled(3). Without systemd every call does nothing.
package enum ServiceNotification {
    /// Tells a state: lines of `NAME=value`.
    package static func send(_ state: String) { unsafe sd_notify(0, state) }

    /// How often systemd wants to hear of us, in microseconds; nil when it does not.
    package static var watchdogMicroseconds: UInt64? {
        var microseconds: UInt64 = 0
        let enabled = unsafe sd_watchdog_enabled(0, &microseconds)
        return enabled > 0 && microseconds > 0 ? microseconds : nil
    }
}
