import NIOCore
import NIOHTTP1
import NIOPosix
package import Pipeline

/// Serves HTTP/1.1 on the agent's own addresses: one event loop thread, and a task per request.
///
/// Bind first, so that a taken port is known at once; then `run` until it is cancelled or stopped.
/// A server that is not wanted after all is disposed of with `stop` and `run`.
package final class HTTPServer: Sendable {
    /// The addresses bound, in the order asked for, with the port that the system has chosen.
    package let addresses: [String]
    private let group: MultiThreadedEventLoopGroup
    private let listeners: [any Channel]
    private let state: HTTPServerState
    private let service: any HTTPService

    private init(
        _ group: MultiThreadedEventLoopGroup,
        _ listeners: [HTTPListener],
        _ state: HTTPServerState,
        _ service: any HTTPService,
    ) {
        self.group = group
        self.addresses = listeners.map(\.address)
        self.listeners = listeners.map(\.channel)
        self.state = state
        self.service = service
    }

    deinit {
        // Without effect after `run`.
        self.group.shutdownGracefully { _ in }
    }

    /// Binds every address, or none.
    ///
    /// - Parameters:
    ///   - addresses: `host:port`, `[::1]:port`, `:port` for every interface, `unix:/path`; port 0
    ///     takes a free one.
    ///   - service: answers the requests.
    ///   - limits: what bounds connections, bodies and time.
    /// - Returns: the server, to be run.
    /// - Throws: which address can't be had, why, and what to do.
    package static func bind(
        _ addresses: [String],
        service: any HTTPService,
        limits: Limits = Limits(),
    ) async throws(HTTPServerFailure) -> HTTPServer {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let state = HTTPServerState(limits)
        var listeners: [HTTPListener] = []
        do throws(HTTPServerFailure) {
            for address in addresses {
                let wanted = try ListenAddress(address)
                listeners.append(try await HTTPListener.bind(wanted, on: group, state))
            }
        } catch {
            for listener in listeners { try? await listener.channel.close() }
            try? await group.shutdownGracefully()
            throw error
        }
        return HTTPServer(group, listeners, state, service)
    }

    /// What has happened so far.
    package var counters: HTTPServerCounters { self.state.counters }

    /// Answers requests until stopped and drained; cancelling the task stops too.
    ///
    /// On cancellation the requests under way see it as well, and what they answer is still sent.
    package func run() async {
        await withTaskCancellationHandler {
            let executor = EventLoopExecutor(self.group.any())
            await withTaskExecutorPreference(executor) {
                await withDiscardingTaskGroup { tasks in
                    while let call = await self.state.calls.next() {
                        tasks.addTask {
                            let answer = await self.service.respond(to: call.request)
                            call.answer(answer)
                            guard let stream = answer.stream else { return }
                            await stream.send(to: call.write)
                            call.end()
                        }
                    }
                    tasks.cancelAll()
                }
            }
        } onCancel: {
            self.stop()
        }
        try? await self.group.shutdownGracefully()
    }

    /// Begins the end, and returns at once.
    ///
    /// Nothing more is accepted, idle connections are closed, and requests under way are answered
    /// within `Limits.drain`; then `run` returns. May be called more than once.
    package func stop() {
        if !self.state.beginStop() { return }
        let loop = self.group.any()
        // All of it on the loop, which ends as soon as the last connection has.
        loop.execute {
            loop.scheduleTask(in: TimeAmount(self.state.limits.drain)) {
                for channel in self.state.openChannels { channel.close(promise: nil) }
            }
            for listener in self.listeners { listener.close(promise: nil) }
            for channel in self.state.openChannels {
                channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
            }
            self.state.endIfDrained()
        }
    }
}

extension HTTPServer {
    /// What bounds the server's connections, memory and patience.
    package struct Limits: Sendable {
        /// Connections open at a time; the next is answered 503 and closed.
        package var connections = 512
        /// Connections above the limit that are given their 503; beyond, they are just closed.
        package var refusals = 64
        /// Requests being answered, and answers being sent, at a time; the next is answered 503.
        package var requestsInFlight = 64
        /// The most bytes of request line and header fields; above, 431.
        package var headerBytes = 32 << 10
        /// The most bytes of one request's body; above, 413.
        package var bodyBytes = 4 << 20
        /// The most bytes of all requests' bodies together; above, 503.
        package var bodyBytesInAll = 16 << 20
        /// The time from a request's first byte to its last; above, 408.
        package var requestTime = Duration.seconds(10)
        /// The time between requests on a connection.
        package var idleTime = Duration.seconds(120)
        /// The time for a client to take an answer, or each piece of one that is sent in pieces.
        package var answerTime = Duration.seconds(30)
        /// The time for requests under way when the server stops.
        package var drain = Duration.seconds(5)

        /// The defaults.
        package init() {}
    }
}
