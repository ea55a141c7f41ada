import NIOCore

/// Tells a client that there are too many connections, and closes.
final class HTTPServerRefusal: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// The time for the client to send something and to take the answer.
    private static let patience = TimeAmount.seconds(1)

    private static let answer: StaticString = """
        HTTP/1.1 503 Service Unavailable\r
        Content-Type: text/plain; charset=utf-8\r
        Content-Length: 21\r
        Connection: close\r
        Retry-After: 1\r
        \r
        too many connections\n
        """

    private var hasAnswered = false

    func channelActive(context: ChannelHandlerContext) {
        let loop = context.eventLoop.assumeIsolated()
        loop.scheduleTask(in: Self.patience) { context.close(promise: nil) }
        context.fireChannelActive()
    }

    /// Closing with a request unread would reset the connection and take the answer with it.
    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if self.hasAnswered { return }
        self.hasAnswered = true
        let buffer = context.channel.allocator.buffer(staticString: Self.answer)
        context.writeAndFlush(Self.wrapOutboundOut(buffer), promise: nil)
        context.close(mode: .output, promise: nil)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let event = event as? ChannelEvent, event == .inputClosed { context.close(promise: nil) }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
