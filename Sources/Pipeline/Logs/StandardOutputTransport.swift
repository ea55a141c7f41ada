import Bytes
import Glibc
package import Host

/// Writes bodies to a pipe, a file or a terminal.
///
/// It has a thread of its own: whoever reads the pipe may stop reading, and only this sink waits
/// then. Pipes are written in pieces that a ready pipe takes without blocking, so that a stop is
/// noticed at once.
package actor StandardOutputTransport: LogTransport {
    private let executor: ThreadExecutor
    private let descriptor: Int32

    package nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe self.executor.asUnownedSerialExecutor()
    }

    /// Writes to `descriptor`, which stays its owner's.
    package init(_ descriptor: Int32 = STDOUT_FILENO) throws(HostError) {
        self.executor = try ThreadExecutor("console")
        self.descriptor = descriptor
    }

    package func send(_ payload: Payload, items: Int, attempt: Int) async -> Outcome {
        var offset = 0
        while offset < payload.bytes.count {
            if Task.isCancelled { return .retry(after: nil, reason: "stopped") }
            var wait = pollfd(fd: self.descriptor, events: Int16(POLLOUT), revents: 0)
            let ready = unsafe poll(&wait, 1, Self.pollMilliseconds)
            if ready == 0 || ready < 0 && errno == EINTR { continue }
            let count = unsafe payload.bytes.withUnsafeBytes { bytes in
                let rest = unsafe UnsafeBufferPointer(rebasing: bytes[offset...])
                return unsafe write(
                    self.descriptor,
                    rest.baseAddress,
                    min(rest.count, Self.piece),
                )
            }
            if count < 0 {
                if errno == EINTR || errno == EAGAIN { continue }
                let error = SystemErrorCode.current
                return .retry(after: nil, reason: "standard output: \(error.text)")
            }
            offset += count
        }
        return .accepted
    }

    /// POSIX's PIPE_BUF on Linux: what a pipe that is ready takes whole.
    private static let piece = 4096
    private static let pollMilliseconds: Int32 = 200
}
