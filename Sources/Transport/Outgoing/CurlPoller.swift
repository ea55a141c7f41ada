import CCurl
import Glibc
import Pipeline

/// What the I/O thread waits on: libcurl's sockets, and a bell that other threads ring.
final class CurlPoller: Sendable {
    /// Sockets that are served between two looks at what else there is to do.
    private static let batch = 64

    private let poll: CInt
    private let bell: CInt

    /// Makes both.
    ///
    /// - Throws: `other` when the system has no descriptors left.
    init() throws(HTTPFailure) {
        self.poll = ccurl_poll_create()
        self.bell = ccurl_bell_create()
        if self.poll < 0 || self.bell < 0 {
            let reason = unsafe String(cString: strerror(errno))
            if self.poll >= 0 { close(self.poll) }
            throw HTTPFailure(.other, "no descriptor to wait on: \(reason)")
        }
        ccurl_poll_watch(self.poll, self.bell, CInt(ccurl_poll_in))
    }

    deinit {
        close(self.poll)
        close(self.bell)
    }

    /// Ends the I/O thread's wait; for any thread.
    func ring() { ccurl_bell_ring(self.bell) }

    /// Watches a socket for what libcurl's callback says.
    func watch(_ socket: CInt, _ what: CInt) { ccurl_poll_watch(self.poll, socket, what) }

    /// Waits and calls `serve` for each socket that is ready.
    func wait(milliseconds: CInt, _ serve: (_ socket: CInt, _ events: CInt) -> Void) {
        unsafe withUnsafeTemporaryAllocation(of: ccurl_ready.self, capacity: Self.batch) { ready in
            guard let start = ready.baseAddress else { return }
            let count = unsafe ccurl_poll_wait(self.poll, milliseconds, start, CInt(Self.batch))
            for index in 0..<Int(count) {
                let found = unsafe ready[index]
                if found.socket == self.bell {
                    ccurl_bell_quiet(self.bell)
                } else {
                    serve(found.socket, found.events)
                }
            }
        }
    }
}
