import NIOCore

/// Stands before the parser: notices a request's first byte, and stops reading while the client
/// does not take its answers.
final class HTTPServerGate: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// Asks the gate to say that the request's head did not arrive in time.
    struct TimedOut: Sendable {}

    private static let timeoutAnswer: StaticString = """
        HTTP/1.1 408 Request Timeout\r
        Content-Length: 0\r
        Connection: close\r
        \r\n
        """

    private let connection: HTTPServerConnection
    private var readIsHeld = false

    init(_ connection: HTTPServerConnection) {
        self.connection = connection
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        self.connection.bytesArrived()
        context.fireChannelRead(data)
    }

    func read(context: ChannelHandlerContext) {
        if context.channel.isWritable {
            context.read()
        } else {
            self.readIsHeld = true
        }
    }

    func triggerUserOutboundEvent(
        context: ChannelHandlerContext,
        event: Any,
        promise: EventLoopPromise<Void>?,
    ) {
        guard event is TimedOut else {
            context.triggerUserOutboundEvent(event, promise: promise)
            return
        }
        let buffer = context.channel.allocator.buffer(staticString: Self.timeoutAnswer)
        context.writeAndFlush(Self.wrapOutboundOut(buffer), promise: promise)
        context.close(mode: .output, promise: nil)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if self.readIsHeld, context.channel.isWritable {
            self.readIsHeld = false
            context.read()
        }
        context.fireChannelWritabilityChanged()
    }
}
