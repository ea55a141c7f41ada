import NIOCore
import Synchronization

/// What a server's connections share: the counters, what is under way, and whether it stops.
final class HTTPServerState: Sendable {
    private struct Values {
        var counters = HTTPServerCounters()
        var channels: [ObjectIdentifier: any Channel] = [:]
        var refusing = 0
        var bodyBytes = 0
        var stopping = false
    }

    /// What to do with a new connection.
    enum Admission {
        case serve
        case refuse
        case drop
    }

    let limits: HTTPServer.Limits
    let calls = HTTPCallQueue()
    private let values = Mutex(Values())

    init(_ limits: HTTPServer.Limits) {
        self.limits = limits
    }

    var counters: HTTPServerCounters { self.values.withLock { $0.counters } }

    var openChannels: [any Channel] { self.values.withLock { Array($0.channels.values) } }

    /// Counts a new connection and decides on it; `closed` or `refusalEnded` takes it back.
    func admit(_ channel: any Channel) -> Admission {
        self.values.withLock { values in
            if values.stopping { return .drop }
            if values.channels.count < self.limits.connections {
                values.channels[ObjectIdentifier(channel)] = channel
                values.counters.connections += 1
                values.counters.accepted += 1
                return .serve
            }
            values.counters.refused += 1
            if values.refusing >= self.limits.refusals { return .drop }
            values.refusing += 1
            values.counters.count(status: 503)
            return .refuse
        }
    }

    func closed(_ channel: any Channel) {
        self.values.withLock { values in
            if values.channels.removeValue(forKey: ObjectIdentifier(channel)) != nil {
                values.counters.connections -= 1
            }
        }
        self.endIfDrained()
    }

    func refusalEnded() {
        self.values.withLock { $0.refusing -= 1 }
    }

    /// Takes a place among the requests in flight, if there is one.
    func beginRequest() -> Bool {
        self.values.withLock { values in
            if values.counters.requestsInFlight >= self.limits.requestsInFlight {
                values.counters.overloads += 1
                return false
            }
            values.counters.requestsInFlight += 1
            return true
        }
    }

    func endRequest() {
        self.values.withLock { $0.counters.requestsInFlight -= 1 }
    }

    /// Takes room for `count` bytes of a body, if there is some.
    func holdBody(_ count: Int) -> Bool {
        self.values.withLock { values in
            if count > self.limits.bodyBytesInAll - values.bodyBytes {
                values.counters.overloads += 1
                return false
            }
            values.bodyBytes += count
            return true
        }
    }

    func releaseBody(_ count: Int) {
        if count != 0 { self.values.withLock { $0.bodyBytes -= count } }
    }

    func countAnswer(_ status: Int) {
        self.values.withLock { $0.counters.count(status: status) }
    }

    func countTimeout() {
        self.values.withLock { $0.counters.timeouts += 1 }
    }

    /// Notes that the server stops; false when it did already.
    func beginStop() -> Bool {
        self.values.withLock { values in
            if values.stopping { return false }
            values.stopping = true
            return true
        }
    }

    /// Ends the queue of requests once nothing can come any more.
    func endIfDrained() {
        let drained = self.values.withLock { $0.stopping && $0.channels.isEmpty }
        if drained { self.calls.end() }
    }
}
