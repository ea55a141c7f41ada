import NIOCore

/// Runs tasks on an event loop's own thread.
///
/// A request's task mostly waits for others; on the shared pool it would cost two switches of
/// threads for nothing. What it does itself must be short: other connections wait meanwhile.
final class EventLoopExecutor: TaskExecutor {
    private let loop: any EventLoop

    init(_ loop: any EventLoop) { self.loop = loop }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        self.loop.execute {
            unsafe job.runSynchronously(on: self.asUnownedTaskExecutor())
        }
    }
}
