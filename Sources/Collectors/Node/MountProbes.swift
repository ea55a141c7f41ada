import Host
import Pipeline

/// Asks file systems for their usage without ever waiting for one that does not answer.
///
/// `statfs(2)` of a dead network file system may hang for good. So it runs on threads of its own:
/// one while all is well; more, up to `workers`, while mounts are slow; and one in place of each
/// that hangs, up to `stuckLimit` of them. A mount that did not answer in time is not asked again
/// until the pending call has returned. Threads that are too many then end.
final class MountProbes: Sendable {
    /// What came of one mount.
    enum Answer: Sendable {
        case usage(FilesystemUsage)
        case failed(SystemErrorCode)
        /// It did not answer within the time given, now or earlier.
        case timedOut
    }

    /// The most threads that hang before mounts are given up without being asked.
    static let stuckLimit = 28
    /// After how long without an end another thread is put to work.
    private static let patience: Int64 = 20_000_000

    /// The threads that there are, and of those, how many are within a call.
    var threadCounts: (alive: Int, busy: Int) {
        self.state.withLock { ($0.threads, $0.busy) }
    }

    private struct State: Sendable {
        /// Counts calls of `answers`, so that late answers of earlier ones are known.
        var round = 0
        var paths: [String] = []
        var answers: [Answer?] = []
        /// The first mount that no thread has taken.
        var next = 0
        var unanswered = 0
        /// Mounts whose call hangs, from earlier rounds.
        var stuck: Set<String> = []
        /// Threads alive, and those of them within a call.
        var threads = 0
        var busy = 0
        var isStopping = false
    }

    private let state = Monitor(State())
    private let workers: Int
    private let ask: @Sendable (String) -> Answer
    // Not injected: the deadline is one for a thread that really waits.
    private let clock = SystemClock()

    /// Starts no thread yet; `workers` is the most that ask at once, by `ask`.
    init(
        workers: Int,
        _ ask: @escaping @Sendable (String) -> Answer = MountProbes.answer(of:),
    ) {
        self.workers = workers
        self.ask = ask
    }

    deinit {
        self.state.update { $0.isStopping = true }
    }

    /// Asks each of `paths`, and returns after `timeout` at the latest.
    ///
    /// The answers stand in the order of the paths. Fails when there is no thread to ask with.
    func answers(of paths: [String], within timeout: Duration) throws(HostError) -> [Answer] {
        if paths.isEmpty { return [] }
        let deadline = self.clock.monotonicNanoseconds + timeout.nanoseconds
        self.begin(paths)
        while true {
            try self.reinforce()
            let now = self.clock.monotonicNanoseconds
            let answers: [Answer]? = self.state.wait(until: min(deadline, now + Self.patience)) {
                $0.unanswered == 0 ? $0.answers.map { $0 ?? .timedOut } : nil
            }
            if let answers { return answers }
            if self.clock.monotonicNanoseconds >= deadline { return self.giveUp() }
        }
    }

    /// Asks one mount on this thread, however long it takes.
    static func answer(of path: String) -> Answer {
        do {
            return .usage(try FilesystemUsage(of: path))
        } catch {
            return .failed(error.code ?? SystemErrorCode(0))
        }
    }

    private func begin(_ paths: [String]) {
        self.state.update { state in
            state.round += 1
            state.paths = paths
            state.next = 0
            state.answers = paths.map { state.stuck.contains($0) ? .timedOut : nil }
            state.unanswered = state.answers.count { $0 == nil }
        }
    }

    /// Puts another thread to work when all are within calls and there is more to ask.
    private func reinforce() throws(HostError) {
        let isNeeded = self.state.withLock { state in
            let isIdle = state.busy < state.threads
            let room = self.workers + min(state.stuck.count, Self.stuckLimit)
            guard state.unanswered > 0, !isIdle, state.threads < room else { return false }
            state.threads += 1
            return true
        }
        if !isNeeded { return }
        let state = self.state
        let workers = self.workers
        let ask = self.ask
        do {
            try AgentThread.start("martlet-statfs") { Self.work(state, workers, ask) }
        } catch {
            let isAlone = state.update { state in
                state.threads -= 1
                return state.threads == 0
            }
            // Those there are may still do.
            if isAlone { throw error }
        }
    }

    /// Ends the round: what was asked and did not answer is stuck.
    private func giveUp() -> [Answer] {
        self.state.update { state in
            for index in state.answers.indices where state.answers[index] == nil {
                if index < state.next { state.stuck.insert(state.paths[index]) }
                state.answers[index] = .timedOut
            }
            state.unanswered = 0
            return state.answers.map { $0 ?? .timedOut }
        }
    }

    private static func work(
        _ state: Monitor<State>,
        _ workers: Int,
        _ ask: (String) -> Answer,
    ) {
        while let (path, index, round) = Self.take(state, workers) {
            let answer = ask(path)
            let isLast = state.withLock { state in
                state.busy -= 1
                if state.round != round || state.answers[index] != nil {
                    // Too late, but the mount is alive again.
                    state.stuck.remove(path)
                    return false
                }
                state.answers[index] = answer
                state.unanswered -= 1
                return state.unanswered == 0
            }
            if isLast { state.update { _ in } }
        }
    }

    /// Waits for a mount to ask; nil when the thread is not needed any more.
    private static func take(
        _ state: Monitor<State>,
        _ workers: Int,
    ) -> (path: String, index: Int, round: Int)? {
        state.wait { state -> (path: String, index: Int, round: Int)?? in
            if state.isStopping || state.threads > workers + state.stuck.count {
                state.threads -= 1
                return .some(nil)
            }
            while state.next < state.answers.count {
                let index = state.next
                state.next += 1
                if state.answers[index] == nil {
                    state.busy += 1
                    return (state.paths[index], index, state.round)
                }
            }
            return nil
        }
    }
}
