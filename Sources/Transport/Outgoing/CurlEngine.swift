import CCurl
import Pipeline
import Synchronization

/// What the I/O thread owns: the multi handle's transfers and the handles kept for reuse.
///
/// Lives and dies on that thread; nothing here is shared.
@safe final class CurlEngine {
    /// The longest sleep when nothing happens; libcurl's own timers cut it short.
    private static let idleSleep: Int32 = 60_000

    private let multi: UnsafeMutableRawPointer
    private let loop: CurlLoop
    private let userAgent: String
    private let limits: CurlExchange.Limits
    private var running: [ObjectIdentifier: CurlTransfer] = [:]
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
        while true {
            let batch = self.loop.takeBatch()
            for transfer in batch.starting { self.start(transfer) }
            for transfer in batch.cancelled where transfer.handle != nil {
                self.finish(transfer, .failure(.cancelled(transfer.request)))
            }
            if batch.stopping { break }
            _ = unsafe ccurl_multi_perform(self.multi)
            self.collect()
            _ = unsafe ccurl_multi_poll(self.multi, Self.idleSleep)
        }
        for transfer in Array(self.running.values) {
            self.finish(transfer, .failure(.stopped))
        }
        self.idle = []
        self.loop.end()
    }

    private func set(_ option: CURLMoption, _ value: Int) {
        _ = unsafe ccurl_multi_set_long(self.multi, option, value)
    }

    private func start(_ transfer: CurlTransfer) {
        if transfer.isCancelled.load(ordering: .acquiring) {
            self.loop.finish(transfer, .failure(.cancelled(transfer.request)))
            return
        }
        guard let handle = self.idle.popLast() ?? CurlHandle() else {
            let failure = HTTPFailure(.other, "out of memory for another request")
            self.loop.finish(transfer, .failure(failure))
            return
        }
        handle.configure(for: transfer, userAgent: self.userAgent, limits: self.limits)
        transfer.handle = handle
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

    /// Hands out what has finished.
    private func collect() {
        var code = CURLE_OK
        while let easy = unsafe ccurl_next_finished(self.multi, &code) {
            guard let transfer = unsafe CurlTransfer.of(easy), let handle = transfer.handle else {
                _ = unsafe ccurl_multi_remove(self.multi, easy)
                continue
            }
            if code == CURLE_OK {
                let response = HTTPResponse(
                    status: handle.status,
                    headers: transfer.headers.fields,
                    body: transfer.body,
                )
                self.finish(transfer, .success(response))
            } else {
                self.finish(transfer, .failure(.init(code, of: transfer, on: handle)))
            }
        }
    }

    /// Takes the transfer off libcurl before its caller may touch the bodies again.
    private func finish(_ transfer: CurlTransfer, _ outcome: CurlLoop.Outcome) {
        if let handle = transfer.handle {
            _ = unsafe ccurl_multi_remove(self.multi, handle.easy)
            transfer.handle = nil
            handle.reset()
            if self.idle.count < self.limits.idleHandles { self.idle.append(handle) }
        }
        self.running[ObjectIdentifier(transfer)] = nil
        self.loop.finish(transfer, outcome)
    }
}
