package import Bytes

/// A body that is handed between tasks and threads as a whole.
///
/// One owner at a time: who builds it does not touch it from the moment it is sent until the
/// exchange has returned. It is a class so that its memory is reused for the next request.
package final class Payload {
    /// The body's bytes.
    package var bytes: OutputBuffer

    /// Makes an empty body with room for `capacity` bytes.
    package init(capacity: Int = 4096) {
        self.bytes = OutputBuffer(capacity: capacity)
    }

    /// Makes a body that holds `text`.
    package init(_ text: String) {
        self.bytes = OutputBuffer(capacity: text.utf8.count)
        self.bytes.append(text)
    }
}

// Ownership moves with the exchange, as said above; the compiler can't see that through a class.
extension Payload: @unchecked Sendable {}
