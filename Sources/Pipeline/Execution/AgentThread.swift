import CLinux
import Glibc
package import Host

/// Starts threads of our own, for calls that may block.
package enum AgentThread {
    /// Enough for any collector; the default of 8 MiB is not used up but counted by some kernels.
    package static let stackSize = 512 << 10

    private final class Start {
        let name: String
        let body: @Sendable () -> Void

        init(_ name: String, _ body: @escaping @Sendable () -> Void) {
            self.name = name
            self.body = body
        }
    }

    /// Runs `body` on a new thread, which ends when `body` returns.
    ///
    /// The kernel shows the first 15 bytes of `name`. Signals go to other threads.
    package static func start(
        _ name: String,
        stackSize: Int = AgentThread.stackSize,
        _ body: @escaping @Sendable () -> Void,
    ) throws(HostError) {
        var attributes = pthread_attr_t()
        unsafe pthread_attr_init(&attributes)
        defer { unsafe pthread_attr_destroy(&attributes) }
        unsafe pthread_attr_setstacksize(&attributes, stackSize)
        unsafe pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        // A new thread takes over the signal mask of the one that makes it.
        var all = sigset_t()
        var previous = sigset_t()
        unsafe sigfillset(&all)
        unsafe pthread_sigmask(SIG_SETMASK, &all, &previous)
        defer { unsafe pthread_sigmask(SIG_SETMASK, &previous, nil) }
        let start = unsafe Unmanaged.passRetained(Start(name, body))
        var thread = pthread_t()
        let code = unsafe pthread_create(
            &thread,
            &attributes,
            { argument in
                guard let argument = unsafe argument else { return nil }
                let start = unsafe Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
                unsafe clinux_name_thread(start.name)
                start.body()
                return nil
            },
            start.toOpaque(),
        )
        if code != 0 {
            unsafe start.release()
            throw .unreadable("thread \(name)", "pthread_create", SystemErrorCode(code))
        }
    }
}
