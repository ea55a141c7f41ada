import Pipeline
import Telemetry

/// A log file as the finder knows it, by whatever names it has.
final class TrackedFile {
    /// What the kernel calls it.
    struct Key: Hashable {
        let device: UInt64
        let inode: UInt64
    }

    let key: Key
    var origin: LogOrigin
    let lane: String
    /// Where a sink starts that never read it.
    var start: LogGeneration.Start
    var path: String
    var phase: LogGeneration.Phase
    /// The open file; nil once everything was read of a file that was rotated.
    var open: OpenLogFile?
    /// What is in it, if it is compressed.
    var compressed: GzipLogContent?
    /// What sinks read; nil until the first line is complete.
    var generation: LogGeneration?
    /// What it was known by when it was let go of.
    var finished: LogIdentity?
    var size: Int64 = 0
    /// What it was like when it was looked at last.
    var stamp: FileStamp?
    /// It has a name, but none that is looked at: what becomes of it meanwhile goes unseen.
    var isAway = false
    /// When it was found, and when it last grew, in monotonic nanoseconds.
    let foundAt: Int64
    var grewAt: Int64

    /// When it lost its last name, in monotonic nanoseconds.
    var deletedAt: Int64?

    init(
        key: Key,
        origin: LogOrigin,
        lane: String,
        start: LogGeneration.Start,
        phase: LogGeneration.Phase,
        open: OpenLogFile,
        now: Int64,
    ) {
        self.key = key
        self.origin = origin
        self.lane = lane
        self.start = start
        self.path = origin.path
        self.phase = phase
        self.open = open
        self.foundAt = now
        self.grewAt = now
    }
}
