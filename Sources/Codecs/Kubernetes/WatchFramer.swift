import Bytes

/// Cuts the body of a watch into events, of which each is one line.
///
/// An event that lies in one chunk is handed out where it is; only one that doesn't is copied.
package struct WatchFramer: ~Copyable {
    /// What is kept of the buffer between events.
    private static let restingCapacity = 64 << 10

    /// Events over the limit, which were skipped without being buffered.
    package private(set) var oversized = 0
    private let limit: Int
    private var begun = OutputBuffer(capacity: 256)
    private var isSkipping = false

    /// Events may have at most `limit` bytes.
    package init(limit: Int) { self.limit = limit }

    /// Whether an event has begun and not ended: what the body then ends with is lost.
    package var isInside: Bool { self.isSkipping || !self.begun.isEmpty }

    /// Takes what arrived; hands out each event that ends in it.
    package mutating func take(
        _ chunk: borrowing Span<UInt8>,
        _ each: (borrowing Span<UInt8>) -> Void,
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
        _ each: (borrowing Span<UInt8>) -> Void,
    ) {
        if self.isSkipping || self.begun.count + rest.count > self.limit {
            self.oversized += 1
        } else if self.begun.isEmpty {
            // The server may send empty lines to keep the connection open.
            if !rest.trimmed.isEmpty { each(rest) }
        } else {
            self.begun.append(rest)
            if !self.begun.span.trimmed.isEmpty { each(self.begun.span) }
        }
        self.isSkipping = false
        self.begun.removeAll()
        self.begun.shrink(to: Self.restingCapacity)
    }

    private mutating func begin(with part: borrowing Span<UInt8>) {
        if self.isSkipping { return }
        if self.begun.count + part.count > self.limit {
            self.isSkipping = true
            self.begun.removeAll()
        } else {
            self.begun.append(part)
        }
    }
}
