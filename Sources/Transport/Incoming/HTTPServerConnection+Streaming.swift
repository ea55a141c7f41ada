import Bytes
import NIOCore
import NIOHTTP1
import Pipeline

// Answers in pieces.
extension HTTPServerConnection {
    /// Sends the head of an answer whose body comes in pieces; the connection ends with it.
    func begin(_ stream: any HTTPBodyStream, _ answer: HTTPAnswer) {
        guard let context = self.context, case .answering(let request) = self.phase,
            !self.inputIsClosed, request.method != .HEAD
        else {
            stream.cancel()
            return
        }
        self.stream = stream
        self.releaseBody()
        self.state.countAnswer(answer.status)
        context.writeAndFlush(
            Self.wrapOutboundOut(.head(Self.head(answer, request.version, isLast: true))),
            promise: nil,
        )
    }

    /// Sends a piece of the body, and says whether the client has taken it.
    func write(_ piece: Payload, _ done: @escaping @Sendable (Bool) -> Void) {
        guard let context = self.context, self.stream != nil, case .answering = self.phase else {
            return done(false)
        }
        var buffer = context.channel.allocator.buffer(capacity: piece.bytes.count)
        _ = unsafe piece.bytes.withUnsafeBytes { unsafe buffer.writeBytes($0) }
        let sent = context.eventLoop.makePromise(of: Void.self)
        let state = self.state
        let channel = context.channel
        let patience = TimeAmount(state.limits.answerTime)
        let limit = context.eventLoop.scheduleTask(in: patience) {
            state.countTimeout()
            channel.close(promise: nil)
        }
        sent.futureResult.whenComplete { result in
            limit.cancel()
            if case .success = result { done(true) } else { done(false) }
        }
        context.writeAndFlush(
            Self.wrapOutboundOut(.body(.byteBuffer(buffer))),
            promise: sent,
        )
    }

    /// Ends an answer that was sent in pieces.
    func endStream() {
        self.state.endRequest()
        let isUnderWay = self.stream != nil
        self.stream = nil
        guard let context = self.context, case .answering = self.phase else { return }
        // Without a head there is nothing to end.
        if !isUnderWay { return context.close(promise: nil) }
        self.phase = .lingering
        let sent = context.eventLoop.makePromise(of: Void.self)
        sent.futureResult.assumeIsolated().whenComplete { _ in self.closeOutput() }
        context.writeAndFlush(Self.wrapOutboundOut(.end(nil)), promise: sent)
    }
}
