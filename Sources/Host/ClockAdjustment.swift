import CLinux
import Glibc

/// How the kernel's clock is kept right, by `adjtimex(2)`; in the kernel's own units.
package struct ClockAdjustment: Sendable {
    /// Whether the clock is synchronized.
    package let isSynchronized: Bool
    /// Whether offset and jitter are in nanoseconds, not microseconds.
    package let isNanoseconds: Bool
    /// What the clock still has to be moved by.
    package let offset: Int
    /// Adjustment of the frequency, in 2^-16 ppm.
    package let frequency: Int
    /// The maximum error, in microseconds.
    package let maximumError: Int
    /// The estimated error, in microseconds.
    package let estimatedError: Int
    /// The status bits.
    package let status: Int
    /// The time constant of the phase-locked loop.
    package let constant: Int
    /// Microseconds between ticks.
    package let tick: Int
    /// Frequency by pulse per second, in 2^-16 ppm.
    package let ppsFrequency: Int
    /// Jitter of the pulse per second.
    package let ppsJitter: Int
    /// The interval of the pulse per second, as a power of two of seconds.
    package let ppsShift: Int
    /// Stability of the pulse per second, in 2^-16 ppm.
    package let ppsStability: Int
    /// Times that jitter was above its limit.
    package let ppsJitterCount: Int
    /// Calibration intervals.
    package let ppsCalibrationCount: Int
    /// Calibration errors.
    package let ppsErrorCount: Int
    /// Times that stability was above its limit.
    package let ppsStabilityCount: Int
    /// Seconds that TAI is ahead of UTC.
    package let taiOffset: Int

    /// Asks the kernel; changes nothing.
    package init() throws(HostError) {
        var values = timex()
        let state = unsafe adjtimex(&values)
        if state < 0 { throw .unreadable("adjtimex", "adjtimex", .current) }
        self.isSynchronized = state != TIME_ERROR
        self.isNanoseconds = values.status & STA_NANO != 0
        self.offset = values.offset
        self.frequency = values.freq
        self.maximumError = values.maxerror
        self.estimatedError = values.esterror
        self.status = Int(values.status)
        self.constant = values.constant
        self.tick = values.tick
        self.ppsFrequency = values.ppsfreq
        self.ppsJitter = values.jitter
        self.ppsShift = Int(values.shift)
        self.ppsStability = values.stabil
        self.ppsJitterCount = values.jitcnt
        self.ppsCalibrationCount = values.calcnt
        self.ppsErrorCount = values.errcnt
        self.ppsStabilityCount = values.stbcnt
        self.taiOffset = Int(values.tai)
    }
}
