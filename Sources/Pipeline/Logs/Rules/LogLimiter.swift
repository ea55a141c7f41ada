package import Telemetry

/// Counts the bytes of each window of time, and says which records are above the budget.
package final class LogLimiter {
    /// What is to become of a record.
    package enum Verdict: Sendable, Hashable {
        /// It is within the budget.
        case within
        /// It is above.
        case over
        /// It is the first of its window to be above; so many records were since the last such one.
        case firstOver(leftOutBefore: Int)
    }

    private struct Window {
        let number: Int64
        var bytes = 0
        var isOver = false
    }

    /// The windows that are remembered: containers of a namespace may be read one after the other.
    private static let windowLimit = 256

    private let budget: Int
    private let length: Int64
    private var windows: [Window] = []
    private var latest = 0
    private var leftOut = 0

    /// Begins to count.
    package init(_ limit: LogLimitOptions) {
        self.budget = limit.budget
        self.length = limit.window.nanoseconds
    }

    /// Takes a record into account.
    package func judge(_ record: borrowing LogRecord) -> Verdict {
        let number = Self.floor(record.time, self.length)
        if self.windows.isEmpty || self.windows[self.latest].number != number {
            self.latest = self.place(of: number)
        }
        let bytes = Int(record.sourceBytes)
        let used = self.windows[self.latest].bytes
        // A record that is larger than the budget would never go through otherwise.
        if used == 0 || bytes <= self.budget - used {
            self.windows[self.latest].bytes = used + min(bytes, self.budget)
            return .within
        }
        defer { self.leftOut += 1 }
        if self.windows[self.latest].isOver { return .over }
        self.windows[self.latest].isOver = true
        defer { self.leftOut = 0 }
        return .firstOver(leftOutBefore: self.leftOut)
    }

    /// When the window of a record ends, in seconds since 1970.
    func end(ofWindowAt time: Int64) -> Int64 {
        (Self.floor(time, self.length) + 1) * (self.length / 1_000_000_000)
    }

    private func place(of number: Int64) -> Int {
        if let place = self.windows.firstIndex(where: { $0.number == number }) { return place }
        if self.windows.count == Self.windowLimit { self.windows.removeFirst() }
        self.windows.append(Window(number: number))
        return self.windows.count - 1
    }

    private static func floor(_ time: Int64, _ length: Int64) -> Int64 {
        let quotient = time / length
        return time % length < 0 ? quotient - 1 : quotient
    }
}
