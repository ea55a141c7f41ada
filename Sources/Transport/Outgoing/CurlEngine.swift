import Bytes
import CCurl
import Pipeline
import Synchronization

/// What the I/O thread owns: the multi handle's transfers and the handles kept for reuse.
///
/// Lives and dies on that thread; nothing here is shared.
@safe final class CurlEngine {
    /// The longest sleep when nothing happens.
    private static let idleSleep = Duration.seconds(60)
    /// The longest sleep with transfers under way, should libcurl's timer be wrong.
    private static let busySleep = Duration.seconds(1)

    private let multi: UnsafeMutableRawPointer
    private let loop: CurlLoop
    private let userAgent: String
    private let limits: CurlExchange.Limits
    private var running: [ObjectIdentifier: CurlTransfer] = [:]
    private var waiting = WaitingTransfers()
    private let ready = ReadyTransfers()
    /// When libcurl wants to be called without a socket.
    private var timer: ContinuousClock.Instant?
    private var idle: [CurlHandle] = []

    init(for loop: CurlLoop, userAgent: String, limits: CurlExchange.Limits) {
        unsafe self.multi = unsafe loop.multi
        self.loop = loop
        self.userAgent = userAgent
        self.limits = limits
    }

    /// Serves transfers until the loop is stopped.
    func run() {
        // The limit on transfers bounds the connections in use. Libcurl's own limits on those would
        // let a request wait that nothing wakes (seen with 7.88: ten seconds).
        self.set(CURLMOPT_MAXCONNECTS, self.limits.idleConnections)
        self.setCallbacks()
        while true {
            let batch = self.loop.takeBatch()
            for transfer in batch.starting { self.accept(transfer) }
            for transfer in batch.cancelled where transfer.isUnderWay {
                self.finish(transfer, .failure(.cancelled(transfer.request)))
            }
            for piece in batch.taken { self.resume(piece) }
            if batch.stopping { break }
            self.keepTime()
            self.collect()
            self.giveOut()
            self.expire()
            self.startWaiting()
            self.noteLoad()
            self.loop.poller.wait(milliseconds: self.sleep) { socket, events in
                _ = unsafe ccurl_multi_act(self.multi, socket, events)
            }
        }
        for transfer in Array(self.running.values) {
            self.finish(transfer, .failure(.stopped))
        }
        while let transfer = self.waiting.popFirst() {
            self.loop.finish(transfer, .failure(.stopped))
        }
        self.noteLoad()
        self.idle = []
        self.loop.end()
    }

    private func set(_ option: CURLMoption, _ value: Int) {
        _ = unsafe ccurl_multi_set_long(self.multi, option, value)
    }

    /// Has libcurl tell which sockets and what time it waits for.
    private func setCallbacks() {
        let context = unsafe Unmanaged.passUnretained(self).toOpaque()
        unsafe ccurl_multi_set_callbacks(
            self.multi,
            { _, socket, what, context, _ in
                guard let context = unsafe context else { return 0 }
                let engine = unsafe Unmanaged<CurlEngine>.fromOpaque(context).takeUnretainedValue()
                engine.loop.poller.watch(socket, what)
                return 0
            },
            { _, milliseconds, context in
                guard let context = unsafe context else { return 0 }
                let engine = unsafe Unmanaged<CurlEngine>.fromOpaque(context).takeUnretainedValue()
                // Its milliseconds are rounded down, and it does not ask again when called early.
                let wait = milliseconds > 0 ? milliseconds + 1 : milliseconds
                engine.timer = wait < 0 ? nil : .now + .milliseconds(wait)
                return 0
            },
            context,
        )
    }

    /// Calls libcurl when its time has come.
    private func keepTime() {
        if let timer = self.timer, timer > .now { return }
        if self.timer == nil, self.running.isEmpty { return }
        self.timer = nil
        _ = unsafe ccurl_multi_act(self.multi, CInt(ccurl_no_socket), 0)
    }

    /// Milliseconds until something must be done without a socket.
    private var sleep: CInt {
        var sleep = self.running.isEmpty ? Self.idleSleep : Self.busySleep
        for instant in [self.timer, self.waiting.earliest].compactMap(\.self) {
            sleep = min(sleep, max(instant - .now, .zero))
        }
        // Not a part of a millisecond early.
        let (seconds, attoseconds) = sleep.components
        return CInt(seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
    }

    /// Takes the transfer off libcurl before its caller may touch the bodies again.
    private func finish(_ transfer: CurlTransfer, _ outcome: CurlLoop.Outcome) {
        if let handle = transfer.handle {
            self.loop.counters.connections.add(handle.connectionsOpened, ordering: .relaxed)
            _ = unsafe ccurl_multi_remove(self.multi, handle.easy)
            transfer.handle = nil
            handle.reset()
            if self.idle.count < self.limits.idleHandles { self.idle.append(handle) }
        } else if transfer.stage == .waiting {
            self.waiting.noteEnded()
        }
        self.running[ObjectIdentifier(transfer)] = nil
        self.loop.finish(transfer, outcome)
    }

    private func noteLoad() {
        self.loop.counters.running.store(self.running.count, ordering: .relaxed)
        self.loop.counters.waiting.store(self.waiting.count, ordering: .relaxed)
    }
}

// Starting.
extension CurlEngine {
    /// Starts a transfer, or lets it wait for its turn.
    private func accept(_ transfer: CurlTransfer) {
        if transfer.isCancelled.load(ordering: .acquiring) {
            self.loop.finish(transfer, .failure(.cancelled(transfer.request)))
        } else if self.running.count < self.limits.transfers, self.waiting.count == 0 {
            self.start(transfer)
        } else {
            self.loop.counters.waited.add(1, ordering: .relaxed)
            transfer.stage = .waiting
            self.waiting.append(transfer)
        }
    }

    private func startWaiting() {
        while self.running.count < self.limits.transfers, let transfer = self.waiting.popFirst() {
            self.start(transfer)
        }
    }

    /// Ends those whose time has passed in line.
    private func expire() {
        for transfer in self.waiting.expired(at: .now) {
            self.loop.counters.expired.add(1, ordering: .relaxed)
            self.finish(transfer, .failure(.noTurn(transfer.request, self.running.count)))
        }
    }

    private func start(_ transfer: CurlTransfer) {
        transfer.stage = .running
        guard let handle = self.idle.popLast() ?? CurlHandle() else {
            let failure = HTTPFailure(.other, "out of memory for another request")
            self.loop.finish(transfer, .failure(failure))
            return
        }
        handle.configure(for: transfer, userAgent: self.userAgent, limits: self.limits)
        transfer.handle = handle
        transfer.ready = self.ready
        transfer.headers = HTTPHeaderLines(limit: self.limits.responseHeaderBytes)
        self.running[ObjectIdentifier(transfer)] = transfer
        if let refused = handle.refused {
            self.finish(transfer, .failure(.init(refused, of: transfer, on: handle)))
            return
        }
        if unsafe ccurl_multi_add(self.multi, handle.easy) != CURLM_OK {
            let failure = HTTPFailure(.other, "libcurl takes no more requests")
            self.finish(transfer, .failure(failure))
        }
    }
}

// What comes back.
extension CurlEngine {
    /// Gives the callers what has finished.
    private func collect() {
        var code = CURLE_OK
        while let easy = unsafe ccurl_next_finished(self.multi, &code) {
            guard let transfer = unsafe CurlTransfer.of(easy), let handle = transfer.handle else {
                _ = unsafe ccurl_multi_remove(self.multi, easy)
                continue
            }
            if code == CURLE_OK, !transfer.body.isWhole {
                // The sender's count of bytes is right, but the gzip member goes on.
                transfer.refusal = .body(.damaged)
                code = CURLE_WRITE_ERROR
            }
            if code == CURLE_OK {
                self.finish(transfer, .success(transfer.response(handle.status)))
            } else {
                self.finish(transfer, .failure(.init(code, of: transfer, on: handle)))
            }
        }
    }

    /// Gives pieces to their takers.
    private func giveOut() {
        for transfer in self.ready.takeAll() where transfer.stage == .ready {
            guard let handle = transfer.handle else { continue }
            transfer.giveOut(handle.status)
        }
    }

    /// Goes on with a transfer whose piece has been taken.
    private func resume(_ piece: CurlLoop.TakenPiece) {
        let transfer = piece.transfer
        guard transfer.stage == .taking, let handle = transfer.handle else { return }
        if !piece.goesOn {
            self.finish(transfer, .failure(.notWanted(transfer.request)))
            return
        }
        guard transfer.takeBack() else { return }
        let code = unsafe ccurl_resume(handle.easy)
        if code != CURLE_OK {
            self.finish(transfer, .failure(.init(code, of: transfer, on: handle)))
        }
    }
}

/// Transfers that have a piece to give out, noted while libcurl runs.
final class ReadyTransfers {
    private var transfers: [CurlTransfer] = []

    func append(_ transfer: CurlTransfer) { self.transfers.append(transfer) }

    func takeAll() -> [CurlTransfer] {
        if self.transfers.isEmpty { return [] }
        let transfers = self.transfers
        self.transfers.removeAll(keepingCapacity: true)
        return transfers
    }
}
