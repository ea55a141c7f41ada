/// What became of the records that one sink took from one generation since the agent started.
///
/// `read = delivered + filtered + limited + lost + pending` holds at every moment, in bytes of the
/// file and in records. Bytes that can't be read any more count as read and lost.
package struct LogAccount: Sendable, Hashable {
    /// Bytes of the file and the records that they make.
    package struct Count: Sendable, Hashable {
        /// Bytes of the file, headers and line ends included.
        package var bytes = 0
        /// Complete records.
        package var records = 0

        /// Counts nothing, or what is said.
        package init(bytes: Int = 0, records: Int = 0) {
            self.bytes = bytes
            self.records = records
        }

        /// Adds.
        package static func += (left: inout Count, right: Count) {
            left.bytes += right.bytes
            left.records += right.records
        }

        static func -= (left: inout Count, right: Count) {
            left.bytes -= right.bytes
            left.records -= right.records
        }
    }

    /// Why something was not delivered though nobody asked for that.
    package enum Loss: String, Sendable, CaseIterable {
        /// The sink refused it for good.
        case rejected
        /// It was too large for the sink by itself.
        case tooLarge = "too_large"
        /// It was beyond the longest line allowed.
        case cut
        /// The file was truncated or rewritten before it was read.
        case rewritten
        /// The file could not be read any more.
        case unreadable
        /// The journal, or the kernel, threw it away before it was read.
        case expired
        /// The file was deleted, and its disk space was needed before it was read.
        case givenUp = "given_up"
    }

    /// Taken from the file.
    package private(set) var read = Count()
    /// Confirmed by the sink.
    package private(set) var delivered = Count()
    /// Left out because a rule says so; holes in a file count here too.
    package private(set) var filtered = Count()
    /// Left out because of a rate limit.
    package private(set) var limited = Count()
    /// Not delivered, by reason.
    package private(set) var lost: [Loss: Count] = [:]
    /// Read, and none of the above yet.
    package private(set) var pending = Count()

    /// Nothing happened yet.
    package init() {}

    /// Whether the account adds up.
    package var addsUp: Bool {
        var sum = self.delivered
        for part in [self.filtered, self.limited, self.pending] { sum += part }
        for part in self.lost.values { sum += part }
        return sum == self.read
    }

    /// Records lost for any reason.
    package var lostRecords: Int { self.lost.values.reduce(0) { $0 + $1.records } }

    /// Something was read and is on its way.
    mutating func take(_ count: Count) {
        self.read += count
        self.pending += count
    }

    /// Something on its way was delivered.
    mutating func deliver(_ count: Count) {
        self.pending -= count
        self.delivered += count
    }

    /// Something on its way was lost.
    mutating func lose(_ count: Count, _ reason: Loss) {
        self.pending -= count
        self.lost[reason, default: Count()] += count
    }

    /// Something on its way was left out because a rule says so.
    mutating func leaveOut(_ count: Count) {
        self.pending -= count
        self.filtered += count
    }

    /// Something on its way was left out because of a rate limit.
    mutating func limit(_ count: Count) {
        self.pending -= count
        self.limited += count
    }

    /// Something was left out on purpose as it was read.
    mutating func filter(_ count: Count) {
        self.read += count
        self.filtered += count
    }

    /// Something is gone before it was read.
    mutating func miss(_ count: Count, _ reason: Loss) {
        self.read += count
        self.lost[reason, default: Count()] += count
    }

    /// Bytes on their way are counted with another file: the one that their record ended in.
    mutating func move(bytes: Int, to other: inout LogAccount) {
        self.read.bytes -= bytes
        self.pending.bytes -= bytes
        other.read.bytes += bytes
        other.pending.bytes += bytes
    }

    /// Adds another account.
    mutating func add(_ other: LogAccount) {
        self.read += other.read
        self.delivered += other.delivered
        self.filtered += other.filtered
        self.limited += other.limited
        self.pending += other.pending
        for (reason, count) in other.lost { self.lost[reason, default: Count()] += count }
    }
}
