import Bytes
package import Telemetry

/// A request to a sink while it is built and delivered.
///
/// One owner at a time, as with `Payload`: the pump fills it, the delivery has it until it reports.
package final class LogRequest {
    /// What a request carries from one read of one generation.
    package struct Segment: Sendable {
        /// The generation's number.
        package let generation: Int
        /// Where the sink goes on once the request is confirmed.
        package let end: LogBookmark
        /// The records of the read.
        package let records: Int
        /// Bytes of the file that these records take.
        package let bytes: Int
    }

    /// The body.
    package var payload: Payload
    /// The parts of the body that can be sent by themselves.
    package var items: [LogItem] = []
    /// Where the records come from.
    package internal(set) var segments: [Segment] = []
    /// Records that were sent before a stop, perhaps with success.
    package internal(set) var resent = 0
    /// When its first record was read, in monotonic nanoseconds.
    package internal(set) var startedAt: Int64?

    /// Makes an empty request.
    package init(capacity: Int = 4096) {
        self.payload = Payload(capacity: capacity)
    }

    /// Whether nothing would be sent.
    package var isEmpty: Bool { self.items.isEmpty }

    /// Records in all items.
    package var records: Int { self.segments.reduce(0) { $0 + $1.records } }

    /// Forgets everything and keeps memory, of the body at most `capacity` bytes.
    package func removeAll(keeping capacity: Int) {
        self.payload.bytes.removeAll()
        self.payload.bytes.shrink(to: capacity)
        self.items.removeAll(keepingCapacity: true)
        self.segments.removeAll(keepingCapacity: true)
        self.resent = 0
        self.startedAt = nil
    }
}

// Ownership moves with the delivery, as said above; the compiler can't see that through a class.
extension LogRequest: @unchecked Sendable {}
