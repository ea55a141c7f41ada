/// Requests that wait for a transfer to be free: first come, first served.
///
/// Those that ended while they waited stay in line until their turn comes, so that nothing is
/// searched; the number of requests in the transport bounds them.
struct WaitingTransfers {
    private var line: [CurlTransfer] = []
    private var head = 0
    /// Those in line that still wait.
    private(set) var count = 0
    /// No deadline in line is earlier.
    private(set) var earliest: ContinuousClock.Instant?

    /// Puts a transfer at the end.
    mutating func append(_ transfer: CurlTransfer) {
        self.line.append(transfer)
        self.count += 1
        self.earliest = min(self.earliest ?? transfer.deadline, transfer.deadline)
    }

    /// Notes that one in line has ended.
    mutating func noteEnded() { self.count -= 1 }

    /// Takes the first that still waits.
    mutating func popFirst() -> CurlTransfer? {
        while self.head < self.line.count {
            let transfer = self.line[self.head]
            self.head += 1
            if self.head == self.line.count || self.head > 1024 {
                self.line.removeFirst(self.head)
                self.head = 0
            }
            if self.line.isEmpty { self.earliest = nil }
            if transfer.stage == .waiting {
                self.count -= 1
                return transfer
            }
        }
        return nil
    }

    /// Those that still wait and whose time is over; they are to be ended.
    mutating func expired(at now: ContinuousClock.Instant) -> [CurlTransfer] {
        guard let earliest = self.earliest, earliest <= now else { return [] }
        var left: [CurlTransfer] = []
        var expired: [CurlTransfer] = []
        for transfer in self.line[self.head...] where transfer.stage == .waiting {
            if transfer.deadline <= now { expired.append(transfer) } else { left.append(transfer) }
        }
        self.line = left
        self.head = 0
        self.earliest = left.map(\.deadline).min()
        return expired
    }
}
