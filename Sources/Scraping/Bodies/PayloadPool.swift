import Bytes
import Pipeline
import Synchronization

/// Bodies to read into, shared by all targets: few scrapes are under way at a time.
final class PayloadPool: Sendable {
    /// The most bodies that are kept.
    static let limit = 4
    /// The most bytes of a body that is kept.
    static let keptBytes = 4 << 20

    private let free = Mutex<[Payload]>([])

    func take() -> Payload {
        self.free.withLock { $0.popLast() } ?? Payload(capacity: 64 << 10)
    }

    func give(_ payload: Payload) {
        payload.bytes.removeAll()
        payload.bytes.shrink(to: Self.keptBytes)
        self.free.withLock { free in
            if free.count < Self.limit { free.append(payload) }
        }
    }
}
