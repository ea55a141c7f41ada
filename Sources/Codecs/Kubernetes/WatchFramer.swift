import Bytes

/// Cuts the body of a watch into events, of which each is one line.
///
/// An event that lies in one chunk is handed out where it is; only one that doesn't is copied. Of one
/// over the limit its beginning is handed out, which is where servers say whose it is.
package struct WatchFramer: ~Copyable {
    /// The most bytes that are handed out of an event over the limit.
    package static let headLimit = 4 << 10
    /// What is kept of the buffer between events.
    private static let restingCapacity = 64 << 10

    private let limit: Int
    private var begun = OutputBuffer(capacity: 256)
    private var isSkipping = false

    /// Events may have at most `limit` bytes.
    package init(limit: Int) { self.limit = limit }

    /// Whether an event has begun and not ended: what the body then ends with is lost.
    package var isInside: Bool { self.isSkipping || !self.begun.isEmpty }

    /// Takes what arrived; hands out each event that ends in it, and whether it is whole.
    package mutating func take(
        _ chunk: borrowing Span<UInt8>,
        _ each: (_ event: borrowing Span<UInt8>, _ isWhole: Bool) -> Void,
    ) {
        var start = 0
        while let end = chunk.firstOffset(of: UInt8(ascii: "\n"), from: start) {
            self.end(with: chunk.extracting(start..<end), each)
            start = end + 1
        }
        self.begin(with: chunk.extracting(droppingFirst: start))
    }

    private mutating func end(
        with rest: borrowing Span<UInt8>,
        _ each: (borrowing Span<UInt8>, Bool) -> Void,
    ) {
        if !self.isSkipping, self.begun.isEmpty, rest.count <= self.limit {
            // The server may send empty lines to keep the connection open.
            if !rest.trimmed.isEmpty { each(rest, true) }
            return
        }
        self.begin(with: rest)
        if self.isSkipping || !self.begun.span.trimmed.isEmpty {
            each(self.begun.span, !self.isSkipping)
        }
        self.isSkipping = false
        self.begun.removeAll()
        self.begun.shrink(to: Self.restingCapacity)
    }

    private mutating func begin(with part: borrowing Span<UInt8>) {
        if self.isSkipping { return }
        if self.begun.count + part.count <= self.limit {
            self.begun.append(part)
            return
        }
        self.isSkipping = true
        let head = min(Self.headLimit, self.limit)
        let missing = max(0, head - self.begun.count)
        self.begun.append(part.extracting(first: min(part.count, missing)))
        self.begun.truncate(to: head)
        self.begun.shrink(to: Self.restingCapacity)
    }
}
