import Glibc

/// The system's time zone at some moment.
package struct LocalTimeZone: Sendable, Equatable {
    /// The abbreviation in force: `CET`.
    package let name: String
    /// Seconds east of UTC.
    package let offset: Int

    /// The zone (`TZ`, or `/etc/localtime`) at `seconds` since 1970.
    package init(at seconds: Int64) {
        var moment = time_t(seconds)
        var split = unsafe tm()
        guard unsafe localtime_r(&moment, &split) != nil else {
            self.name = "UTC"
            self.offset = 0
            return
        }
        self.offset = unsafe split.tm_gmtoff
        self.name = unsafe split.tm_zone.map { unsafe String(cString: $0) } ?? "UTC"
    }
}
