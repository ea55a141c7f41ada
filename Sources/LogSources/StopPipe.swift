import Glibc
import Host

/// Wakes a thread that waits in `poll`, from any other thread.
final class StopPipe: Sendable {
    /// Readable once signalled.
    let readEnd: Int32
    private let writeEnd: Int32

    init() throws(HostError) {
        var ends: [Int32] = [-1, -1]
        if unsafe pipe(&ends) != 0 { throw .unreadable("pipe", "pipe", .current) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        self.readEnd = ends[0]
        self.writeEnd = ends[1]
    }

    deinit {
        close(self.readEnd)
        close(self.writeEnd)
    }

    /// Makes the read end readable for good.
    func signal() {
        var byte: UInt8 = 1
        unsafe _ = write(self.writeEnd, &byte, 1)
    }
}
