import Bytes
import Glibc
import NIOCore
import NIOHTTP1
import Pipeline

/// One connection's life: reads a request whole, hands it over, writes the answer, and keeps time.
///
/// Confined to its event loop. NIO's pipelining handler before it lets one request through at a
/// time.
final class HTTPServerConnection: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    /// How long a client may go on sending what nobody reads, so that it sees the answer first.
    private static let lingering = Duration.seconds(1)

    enum Phase {
        case idle
        case reading(HTTPRequestHead, Payload)
        case answering(HTTPRequestHead)
        /// The last answer is sent; what comes in is thrown away until the client closes.
        case lingering
    }

    private enum Deadline {
        case idle
        case request
        case lingering
    }

    let state: HTTPServerState
    private(set) var context: ChannelHandlerContext?
    var phase = Phase.idle
    /// What makes the answer under way, when that is sent in pieces.
    var stream: (any HTTPBodyStream)?
    private var deadline: Scheduled<Void>?
    private var requestHasBegun = false
    private(set) var inputIsClosed = false
    /// Bytes of body that `state` counts for this connection.
    private var heldBytes = 0

    init(_ state: HTTPServerState) {
        self.state = state
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func channelActive(context: ChannelHandlerContext) {
        // A new connection is for a request, so it has a request's time, not the idle time.
        self.arm(.idle, self.state.limits.requestTime)
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.deadline?.cancel()
        self.stream?.cancel()
        self.releaseBody()
        self.phase = .lingering
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.deadline?.cancel()
        self.stream?.cancel()
        self.releaseBody()
        self.context = nil
    }

    /// The gate has seen bytes.
    func bytesArrived() {
        if case .idle = self.phase, !self.requestHasBegun {
            self.requestHasBegun = true
            self.arm(.request, self.state.limits.requestTime)
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch Self.unwrapInboundIn(data) {
        case .head(let head): self.begin(head, context)
        case .body(let buffer): self.take(buffer)
        case .end: self.dispatch(context)
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let event = event as? ChannelEvent, event == .inputClosed {
            self.inputIsClosed = true
            // Nothing else would tell that nobody waits for records that may never come.
            self.stream?.cancel()
            // A client may close its side once it has asked, and still wants its answer.
            if case .answering = self.phase {} else { context.close(promise: nil) }
        }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard let error = error as? HTTPParserError else {
            if case .lingering = self.phase { return }
            context.close(promise: nil)
            return
        }
        if error == .headerOverflow {
            self.reject(431, "the header fields are above the limit")
        } else {
            self.reject(400, "not an HTTP/1.1 request")
        }
    }
}

// Reading a request.
extension HTTPServerConnection {
    private func begin(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        guard case .idle = self.phase else { return }
        if !self.requestHasBegun {
            self.requestHasBegun = true
            self.arm(.request, self.state.limits.requestTime)
        }
        let length = head.headers.first(name: "content-length").flatMap { Int($0) } ?? 0
        self.phase = .reading(head, Payload(capacity: min(length, 64 << 10)))
        if length > self.state.limits.bodyBytes {
            self.reject(413, "the body is above the limit")
        } else if let coding = head.headers.first(name: "content-encoding"),
            coding.lowercased() != "identity"
        {
            self.reject(415, "send the body without a content encoding")
        } else if head.headers.first(name: "expect")?.lowercased() == "100-continue" {
            let interim = HTTPResponseHead(version: head.version, status: .continue)
            context.writeAndFlush(Self.wrapOutboundOut(.head(interim)), promise: nil)
        }
    }

    private func take(_ buffer: ByteBuffer) {
        guard case .reading(_, let body) = self.phase else { return }
        let count = buffer.readableBytes
        if count > self.state.limits.bodyBytes - body.bytes.count {
            self.reject(413, "the body is above the limit")
        } else if !self.state.holdBody(count) {
            self.reject(503, "too many bodies at a time")
        } else {
            self.heldBytes += count
            body.bytes.append(buffer.readableBytesUInt8Span)
        }
    }

    private func dispatch(_ context: ChannelHandlerContext) {
        guard case .reading(let head, let body) = self.phase else {
            if case .lingering = self.phase { context.close(promise: nil) }
            return
        }
        self.deadline?.cancel()
        self.requestHasBegun = false
        self.phase = .answering(head)
        guard let target = RequestTarget(head.uri) else {
            self.write(.text(400, "the request's target is not a path\n"))
            return
        }
        guard self.state.beginRequest() else {
            self.write(.text(503, "too many requests at a time\n"))
            return
        }
        let request = HTTPIncoming(
            method: head.method.rawValue,
            path: target.path,
            query: target.query,
            headers: head.headers.map { HTTPHeader($0.name, $0.value) },
            body: body,
            peer: Self.name(context.remoteAddress),
        )
        let loop = context.eventLoop
        let connection = NIOLoopBound(self, eventLoop: loop)
        self.state.calls.add(
            HTTPCall(
                request: request,
                answer: { answer in loop.execute { connection.value.finish(answer) } },
                write: { piece in
                    await withCheckedContinuation { continuation in
                        loop.execute {
                            connection.value.write(piece) { continuation.resume(returning: $0) }
                        }
                    }
                },
                end: { loop.execute { connection.value.endStream() } },
            )
        )
    }

    private func finish(_ answer: HTTPAnswer) {
        if let stream = answer.stream { return self.begin(stream, answer) }
        guard let context = self.context, case .answering = self.phase else {
            // The client has gone.
            self.state.endRequest()
            return
        }
        // The place is kept until the bytes are gone, so that slow clients can't pile them up.
        let sent = context.eventLoop.makePromise(of: Void.self)
        let patience = TimeAmount(self.state.limits.answerTime)
        let state = self.state
        let channel = context.channel
        let limit = context.eventLoop.scheduleTask(in: patience) {
            state.countTimeout()
            channel.close(promise: nil)
        }
        sent.futureResult.whenComplete { _ in
            limit.cancel()
            state.endRequest()
        }
        self.write(answer, sent)
    }

    private static func name(_ address: SocketAddress?) -> String {
        guard let address, let host = address.ipAddress, let port = address.port else {
            return address?.pathname.map { "unix:\($0)" } ?? ""
        }
        return ListenAddress.host(host, port: port).text
    }
}

// Writing an answer.
extension HTTPServerConnection {
    /// Refuses a request that is not read to its end.
    private func reject(_ status: Int, _ reason: String) {
        if case .lingering = self.phase { return }
        self.write(.text(status, "\(reason)\n"), lastAnswer: true)
        self.arm(.lingering, Self.lingering)
    }

    private func write(
        _ answer: HTTPAnswer,
        _ sent: EventLoopPromise<Void>? = nil,
        lastAnswer: Bool = false,
    ) {
        guard let context = self.context else {
            sent?.fail(ChannelError.alreadyClosed)
            return
        }
        var isHead = false
        var isLast = lastAnswer || self.inputIsClosed
        var version = HTTPVersion.http1_1
        switch self.phase {
        case .answering(let request), .reading(let request, _):
            isHead = request.method == .HEAD
            isLast = isLast || !request.isKeepAlive
            version = request.version
        case .idle, .lingering:
            isLast = true
        }
        self.releaseBody()
        // Before the end is written, since the next pipelined request comes in during that.
        self.phase = isLast ? .lingering : .idle
        self.state.countAnswer(answer.status)
        context.write(
            Self.wrapOutboundOut(.head(Self.head(answer, version, isLast: isLast))),
            promise: nil,
        )
        if !isHead, !answer.body.bytes.isEmpty {
            var buffer = context.channel.allocator.buffer(capacity: answer.body.bytes.count)
            _ = unsafe answer.body.bytes.withUnsafeBytes { unsafe buffer.writeBytes($0) }
            context.write(Self.wrapOutboundOut(.body(.byteBuffer(buffer))), promise: nil)
        }
        let sent = sent ?? context.eventLoop.makePromise()
        if isLast {
            sent.futureResult.assumeIsolated().whenComplete { _ in self.closeOutput() }
        }
        context.writeAndFlush(Self.wrapOutboundOut(.end(nil)), promise: sent)
        if case .idle = self.phase, !self.requestHasBegun {
            self.arm(.idle, self.state.limits.idleTime)
        }
    }

    /// Ends an answered connection once the answer is out, which a reset would take along.
    func closeOutput() {
        guard let context = self.context else { return }
        if self.inputIsClosed {
            context.close(promise: nil)
        } else {
            context.close(mode: .output, promise: nil)
            self.arm(.lingering, Self.lingering)
        }
    }

    static func head(
        _ answer: HTTPAnswer,
        _ version: HTTPVersion,
        isLast: Bool,
    ) -> HTTPResponseHead {
        let status = HTTPResponseStatus(statusCode: answer.status)
        var fields = HTTPHeaders()
        fields.reserveCapacity(answer.headers.count + 3)
        for field in answer.headers { fields.add(name: field.name, value: field.value) }
        if status.mayHaveResponseBody, answer.stream == nil {
            fields.replaceOrAdd(name: "Content-Length", value: "\(answer.body.bytes.count)")
        }
        fields.replaceOrAdd(name: "Date", value: HTTPDate.text(time(nil)))
        if isLast {
            fields.replaceOrAdd(name: "Connection", value: "close")
        } else if version == .http1_0 {
            fields.replaceOrAdd(name: "Connection", value: "keep-alive")
        }
        return HTTPResponseHead(version: version, status: status, headers: fields)
    }

    func releaseBody() {
        self.state.releaseBody(self.heldBytes)
        self.heldBytes = 0
    }
}

// Keeping time.
extension HTTPServerConnection {
    private func arm(_ kind: Deadline, _ time: Duration) {
        self.deadline?.cancel()
        guard let context = self.context else { return }
        let loop = context.eventLoop.assumeIsolated()
        self.deadline = loop.scheduleTask(in: TimeAmount(time)) { self.expire(kind) }
    }

    private func expire(_ kind: Deadline) {
        switch kind {
        case .request:
            self.state.countTimeout()
            if case .reading = self.phase {
                self.reject(408, "the request did not arrive in time")
            } else {
                // There is no request yet for the handlers in between to match an answer with.
                self.phase = .lingering
                self.state.countAnswer(408)
                self.context?.triggerUserOutboundEvent(HTTPServerGate.TimedOut(), promise: nil)
                self.arm(.lingering, Self.lingering)
            }
        case .idle, .lingering:
            self.context?.close(promise: nil)
        }
    }
}

extension HTTPResponseStatus {
    /// Whether the status comes with a length; RFC 9110 §8.6.
    fileprivate var mayHaveResponseBody: Bool {
        self.code >= 200 && self.code != 204 && self.code != 304
    }
}
