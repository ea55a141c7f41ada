package import Pipeline

/// Sends HTTP requests with libcurl: one I/O thread for all of them, behind `async`.
///
/// Connections stay open and are used again; HTTP/2 requests share one. Nothing is read from the
/// environment, no signal is used, and no more is kept in memory than `Limits` says.
package final class CurlExchange: HTTPExchange {
    private let loop: CurlLoop
    private let tokens: OAuth2Tokens
    private let files = TLSFileTable()

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
        var tokenLimits = OAuth2Tokens.Limits()
        tokenLimits.dropAge = limits.tokenDropAge
        self.tokens = OAuth2Tokens(tokenLimits)
    }

    deinit {
        self.loop.stop()
    }

    package func send(_ request: HTTPRequest) async throws(HTTPFailure) -> HTTPResponse {
        try request.validate()
        let deadline = ContinuousClock.now + request.timeout
        guard case .oauth2(let options) = request.connection.authorization else {
            return try await self.send(request, token: nil, until: deadline).response
        }
        let token = try await self.tokens.token(for: options, until: deadline, over: self)
        let answer = try await self.send(request, token: token, until: deadline)
        // A token may end before its time. Nothing has been taken, so the request is sent again.
        guard answer.response.status == 401, !answer.gavePieces, self.tokens.drop(token) else {
            return answer.response
        }
        let next = try await self.tokens.token(for: options, until: deadline, over: self)
        return try await self.send(request, token: next, until: deadline).response
    }

    private func send(
        _ request: HTTPRequest,
        token: OAuth2Tokens.Token?,
        until deadline: ContinuousClock.Instant,
    ) async throws(HTTPFailure) -> (response: HTTPResponse, gavePieces: Bool) {
        let material = try RequestMaterial(request, token: token?.field, files: self.files)
        let transfer = CurlTransfer(request, material, until: deadline)
        let (outcome, gavePieces) = await withTaskCancellationHandler {
            await self.exchange(transfer)
        } onCancel: {
            self.loop.cancel(transfer)
        }
        return (try outcome.get(), gavePieces)
    }

    /// Sends a transfer and takes its pieces, in the caller's task.
    private func exchange(
        _ transfer: CurlTransfer
    ) async -> (outcome: CurlLoop.Outcome, gavePieces: Bool) {
        var gavePieces = false
        self.loop.start(transfer)
        while true {
            switch await transfer.next() {
            case .end(let outcome):
                return (outcome, gavePieces)
            case .piece(let response):
                gavePieces = true
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
        ///
        /// One for each target of a large job: what is opened anew costs many times the request.
        package var idleConnections = 2048
        /// How long a connection is kept without a request, as Prometheus has it.
        package var idleTime = Duration.seconds(300)
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

        /// How old a token of OAuth 2 must be for a 401 to end it.
        package var tokenDropAge = Duration.seconds(10)

        /// The defaults.
        package init() {}
    }
}
