import CCurl
import Pipeline
import Synchronization

/// The way to the I/O thread: other threads leave transfers here and wake it.
@safe final class CurlLoop: Sendable {
    typealias Outcome = Result<HTTPResponse, HTTPFailure>

    private struct Inbox {
        var starting: [CurlTransfer] = []
        var cancelled: [CurlTransfer] = []
        var taken: [TakenPiece] = []
        /// Transfers accepted and not yet finished.
        var active = 0
        var stopping = false
        /// The thread has let go of everything; the multi handle is gone.
        var ended = false
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    /// A piece that its taker has returned.
    struct TakenPiece {
        let transfer: CurlTransfer
        /// Whether the taker wants the rest.
        let goesOn: Bool
    }

    /// What the I/O thread takes over in one go.
    struct Batch {
        let starting: [CurlTransfer]
        let cancelled: [CurlTransfer]
        let taken: [TakenPiece]
        let stopping: Bool
    }

    private let inbox = Mutex(Inbox())
    /// Transfers under way and waiting, together.
    private let transferLimit: Int
    let counters: HTTPClientCounters
    let poller: CurlPoller
    // The I/O thread's alone.
    nonisolated(unsafe) let multi: UnsafeMutableRawPointer

    init(
        userAgent: String,
        limits: CurlExchange.Limits,
        counters: HTTPClientCounters,
    ) throws(HTTPFailure) {
        self.poller = try CurlPoller()
        guard CurlLibrary.started == CURLE_OK, let multi = unsafe ccurl_multi_init() else {
            throw HTTPFailure(.other, "libcurl can't be started; is there memory left?")
        }
        unsafe self.multi = unsafe multi
        self.transferLimit = limits.transfers + limits.waitingTransfers
        self.counters = counters
        do throws(HTTPFailure) {
            try IOThread.start("http-out") {
                CurlEngine(for: self, userAgent: userAgent, limits: limits).run()
            }
        } catch {
            _ = unsafe ccurl_multi_cleanup(multi)
            throw error
        }
    }

    /// Hands a transfer to the I/O thread, or fails it at once when that takes no more.
    func start(_ transfer: CurlTransfer) {
        let refusal: HTTPFailure? = self.inbox.withLock { inbox in
            if inbox.stopping { return HTTPFailure.stopped }
            if inbox.active >= self.transferLimit {
                return HTTPFailure(
                    .other,
                    "\(inbox.active) requests are under way or waiting already, which is the limit",
                )
            }
            inbox.active += 1
            inbox.starting.append(transfer)
            return nil
        }
        if let refusal {
            self.counters.refused.add(1, ordering: .relaxed)
            transfer.tell(.end(.failure(refusal)))
        } else {
            self.wake()
        }
    }

    /// Asks the I/O thread to drop a transfer, whether it has been handed over yet or not.
    func cancel(_ transfer: CurlTransfer) {
        transfer.isCancelled.store(true, ordering: .releasing)
        self.inbox.withLock { inbox in
            if !inbox.stopping { inbox.cancelled.append(transfer) }
        }
        self.wake()
    }

    /// Tells the I/O thread that a transfer's body is its own again.
    func took(_ transfer: CurlTransfer, goesOn: Bool) {
        self.inbox.withLock { inbox in
            if inbox.ended { return }
            inbox.taken.append(TakenPiece(transfer: transfer, goesOn: goesOn))
        }
        self.wake()
    }

    /// Asks the I/O thread to end.
    func stop() {
        self.inbox.withLock { $0.stopping = true }
        self.wake()
    }

    /// Asks the I/O thread to end and returns when it has.
    func stopAndWait() async {
        self.stop()
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            let ended = self.inbox.withLock { inbox in
                if !inbox.ended { inbox.waiters.append(continuation) }
                return inbox.ended
            }
            if ended { continuation.resume() }
        }
    }

    private func wake() { self.poller.ring() }
}

// The I/O thread's side.
extension CurlLoop {
    /// Takes what has been left since the last call.
    func takeBatch() -> Batch {
        self.inbox.withLock { inbox in
            let batch = Batch(
                starting: inbox.starting,
                cancelled: inbox.cancelled,
                taken: inbox.taken,
                stopping: inbox.stopping,
            )
            if !inbox.starting.isEmpty { inbox.starting = [] }
            if !inbox.cancelled.isEmpty { inbox.cancelled = [] }
            if !inbox.taken.isEmpty { inbox.taken = [] }
            return batch
        }
    }

    /// Gives a transfer's outcome to its caller; its memory is the caller's again.
    func finish(_ transfer: CurlTransfer, _ outcome: Outcome) {
        transfer.stage = .ended
        self.inbox.withLock { $0.active -= 1 }
        transfer.tell(.end(outcome))
    }

    /// Frees the multi handle and wakes who waits for the end.
    func end() {
        _ = unsafe ccurl_multi_cleanup(self.multi)
        let waiters = self.inbox.withLock { inbox in
            inbox.ended = true
            inbox.taken = []
            inbox.cancelled = []
            let waiters = inbox.waiters
            inbox.waiters = []
            return waiters
        }
        for waiter in waiters { waiter.resume() }
    }
}

/// The library's one-time start; a constant, so that it happens once whoever comes first.
private enum CurlLibrary {
    static let started = ccurl_global_init()
}
