/// An answer's body that is made while it is sent, for answers without an end of their own.
package protocol HTTPBodyStream: Sendable {
    /// Hands pieces to `take` one after the other, until there are no more or it returns false: the
    /// client has gone then.
    ///
    /// A piece is the taker's; it returns when the client's connection has taken it. The server calls
    /// this once, also when there is nobody to send to any more.
    func send(to take: @escaping @Sendable (Payload) async -> Bool) async

    /// Makes `send` return soon: the client has gone. Safe from any thread, at any time.
    func cancel()
}
