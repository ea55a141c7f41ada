package import Pipeline

/// Sends HTTP requests with libcurl: one I/O thread for all of them, behind `async`.
///
/// Connections stay open and are used again; HTTP/2 requests share one. Nothing is read from the
/// environment, no signal is used, and no more is kept in memory than `Limits` says.
package final class CurlExchange: HTTPExchange {
    private let loop: CurlLoop

    /// Starts the I/O thread.
    ///
    /// - Parameters:
    ///   - version: goes into `User-Agent: Martlet/<version>`, unless a request has its own.
    ///   - limits: what bounds connections and memory.
    /// - Throws: `other` when the library or the thread can't be started.
    package init(version: String, limits: Limits = Limits()) throws(HTTPFailure) {
        self.loop = try CurlLoop(
            userAgent: "Martlet/\(version)",
            limits: limits,
            counters: HTTPClientCounters(),
        )
    }

    deinit {
        self.loop.stop()
    }

    package func send(_ request: HTTPRequest) async throws(HTTPFailure) -> HTTPResponse {
        try request.validate()
        let credentials = try HTTPCredentials(request.connection.authorization)
        let transfer = CurlTransfer(request, credentials)
        return try await withTaskCancellationHandler {
            await self.exchange(transfer)
        } onCancel: {
            self.loop.cancel(transfer)
        }.get()
    }

    /// Sends a transfer and takes its pieces, in the caller's task.
    private func exchange(_ transfer: CurlTransfer) async -> CurlLoop.Outcome {
        self.loop.start(transfer)
        while true {
            switch await transfer.next() {
            case .end(let outcome):
                return outcome
            case .piece(let response):
                let goesOn = await transfer.request.pieces?.take(response) ?? false
                self.loop.took(transfer, goesOn: goesOn)
            }
        }
    }

    /// What the transport has done so far.
    package var counts: HTTPClientCounts { self.loop.counters.counts }

    /// Ends the I/O thread and returns when it is gone; transfers under way fail as `cancelled`.
    ///
    /// Later requests fail as `cancelled` too. May be called more than once.
    package func shutdown() async {
        await self.loop.stopAndWait()
    }
}

extension CurlExchange {
    /// What bounds the transport's connections and memory.
    package struct Limits: Sendable {
        /// Requests under way, each with at most one connection; further ones wait their turn.
        package var transfers = 512
        /// Requests that wait, within their own time; one more fails as `other`.
        package var waitingTransfers = 4096
        /// Connections kept open for the next request; the longest idle is closed first.
        package var idleConnections = 256
        /// The most bytes of response header fields, over all redirects of one exchange.
        package var responseHeaderBytes = 64 << 10
        /// The most redirects followed.
        package var redirects = 10
        /// The time to resolve, connect and shake hands; never above a request's own time.
        package var connectTimeout = Duration.seconds(10)
        /// The chunk in which a body is handed to the kernel: 16 KiB to 2 MiB.
        package var uploadBufferBytes = 256 << 10
        /// The chunk in which an answer is read: 1 KiB to 512 KiB.
        package var receiveBufferBytes = 64 << 10
        /// Transfer handles kept for reuse.
        package var idleHandles = 16
        /// How long a resolved name is trusted.
        package var nameCache = Duration.seconds(30)

        /// The defaults.
        package init() {}
    }
}
