import Bytes
import Synchronization

/// What was written for somebody who looks on and is not taken yet.
///
/// It never makes the writer wait: what there is no room for is left out, counted, and told of in its
/// place.
final class LogTapChannel: LogTransport {
    /// The most bytes that wait to be taken.
    static let limit = 1 << 20

    private struct State {
        var waiting = Payload(capacity: 4096)
        /// Records that were left out since the last that was not.
        var missed = 0
        var missedInAll = 0
        var records = 0
        var isEnded = false
    }

    private let options: LogTapOptions
    private let missed: Counter
    private let state = Mutex(State())
    private let bell = Doorbell()

    init(_ options: LogTapOptions, missed: Counter) {
        self.options = options
        self.missed = missed
    }

    /// How many records may have been written until now; those that were left out don't count.
    var allowance: Int {
        guard let limit = self.options.limit else { return .max }
        return limit + self.state.withLock { $0.missedInAll }
    }

    func send(_ payload: Payload, items: Int, attempt: Int) async -> Outcome {
        self.state.withLock { state in
            if state.isEnded { return }
            let held = state.waiting.bytes.count
            if held > 0, held + payload.bytes.count > Self.limit {
                state.missed += items
                state.missedInAll += items
                self.missed.add(items)
                return
            }
            self.tellOfMissed(&state)
            state.waiting.append(0..<payload.bytes.count, of: payload)
            state.records += items
            if let limit = self.options.limit, state.records >= limit { state.isEnded = true }
        }
        self.bell.ring()
        return .accepted
    }

    /// What has come since the last call, as soon as there is something; nil at the end.
    func next() async -> Payload? {
        while !Task.isCancelled {
            let (piece, isEnded) = self.state.withLock { state -> (Payload?, Bool) in
                if state.isEnded { self.tellOfMissed(&state) }
                if state.waiting.bytes.isEmpty { return (nil, state.isEnded) }
                defer { state.waiting = Payload(capacity: 4096) }
                return (state.waiting, false)
            }
            if let piece { return piece }
            if isEnded { return nil }
            await self.bell.wait()
        }
        return nil
    }

    /// Ends it after what waits.
    func end() {
        self.state.withLock { $0.isEnded = true }
        self.bell.ring()
    }

    private func tellOfMissed(_ state: inout State) {
        if state.missed == 0 { return }
        switch self.options.format {
        case .json:
            state.waiting.bytes.append("{\"missed\":")
            state.waiting.bytes.append(decimal: UInt64(state.missed))
            state.waiting.bytes.append("}\n")
        case .text:
            state.waiting.bytes.append("# ")
            state.waiting.bytes.append(decimal: UInt64(state.missed))
            state.waiting.bytes.append(" records were missed: they came too fast\n")
        }
        state.missed = 0
    }
}
