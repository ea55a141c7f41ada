import Glibc
package import Host

/// Runs jobs one after the other on a thread of its own.
///
/// For actors and tasks whose work blocks, so that they never hold a thread of the shared pool:
///
/// ```swift
/// actor Group {
///     let executor: ThreadExecutor
///     nonisolated var unownedExecutor: UnownedSerialExecutor {
///         self.executor.asUnownedSerialExecutor()
///     }
/// }
/// ```
///
/// The thread ends when the executor is released. The queue has no limit of its own: it holds at
/// most one job for each task that waits for it.
package final class ThreadExecutor: SerialExecutor, TaskExecutor {
    @safe private struct State: Sendable {
        var jobs: [UnownedJob] = []
        var isStopping = false
        var thread: UInt = 0
        // Unowned: jobs exist only while their actor or task keeps the executor.
        var serial: UnownedSerialExecutor?
        var task: UnownedTaskExecutor?
    }

    private let state = Monitor(State())

    /// Starts the thread; the kernel shows the first 15 bytes of `name`.
    package init(_ name: String, stackSize: Int = AgentThread.stackSize) throws(HostError) {
        let state = self.state
        let serial = unsafe self.asUnownedSerialExecutor()
        let task = unsafe self.asUnownedTaskExecutor()
        state.withLock { state in
            unsafe state.serial = serial
            unsafe state.task = task
        }
        try AgentThread.start(name, stackSize: stackSize) { Self.run(state) }
    }

    deinit {
        self.state.update { $0.isStopping = true }
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        self.state.update { $0.jobs.append(job) }
    }

    package func asUnownedSerialExecutor() -> UnownedSerialExecutor {
        unsafe UnownedSerialExecutor(ordinary: self)
    }

    /// Whether the caller runs on this executor's thread.
    package func isIsolatingCurrentContext() -> Bool? {
        let current = UInt(pthread_self())
        return self.state.withLock { $0.thread == current }
    }

    /// Stops the process unless the caller runs on this executor's thread.
    package func checkIsolated() {
        precondition(
            self.isIsolatingCurrentContext() == true,
            "this code belongs on the thread of its executor",
        )
    }

    private static func run(_ state: Monitor<State>) {
        let (serial, task) = unsafe state.withLock { state in
            state.thread = UInt(pthread_self())
            return unsafe (state.serial, state.task)
        }
        guard let serial = unsafe serial, let task = unsafe task else { return }
        var batch: [UnownedJob] = []
        while true {
            let isDone: Bool = state.wait { state in
                if state.jobs.isEmpty { return state.isStopping ? true : nil }
                swap(&state.jobs, &batch)
                return false
            }
            if isDone { return }
            for job in batch {
                unsafe job.runSynchronously(isolatedTo: serial, taskExecutor: task)
            }
            batch.removeAll(keepingCapacity: true)
        }
    }
}
