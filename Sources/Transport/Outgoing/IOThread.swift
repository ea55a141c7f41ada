import CCurl
import Glibc
import Pipeline

/// Threads of our own, for libraries that block.
enum IOThread {
    /// Enough for libcurl with OpenSSL; the kernel commits only what is touched.
    private static let stackBytes = 256 << 10

    private final class Body {
        let name: String
        let run: @Sendable () -> Void

        init(_ name: String, _ run: @escaping @Sendable () -> Void) {
            self.name = name
            self.run = run
        }
    }

    /// Runs `body` on a new, detached thread that receives no signals.
    ///
    /// - Throws: `other` when the system gives no thread.
    static func start(
        _ name: String,
        _ body: @escaping @Sendable () -> Void,
    ) throws(HTTPFailure) {
        let context = unsafe Unmanaged.passRetained(Body(name, body))
        let code = unsafe ccurl_start_thread(
            Self.stackBytes,
            { argument in
                guard let argument = unsafe argument else { return nil }
                let body = unsafe Unmanaged<Body>.fromOpaque(argument).takeRetainedValue()
                unsafe ccurl_name_thread(body.name)
                body.run()
                return nil
            },
            context.toOpaque(),
        )
        if code != 0 {
            unsafe context.release()
            let reason = unsafe String(cString: strerror(code))
            throw HTTPFailure(.other, "no thread for \(name): \(reason); raise the task limit")
        }
    }
}
