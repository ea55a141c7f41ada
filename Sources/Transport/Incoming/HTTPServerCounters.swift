/// What a server has done since it was bound.
package struct HTTPServerCounters: Sendable, Hashable {
    /// Connections open now.
    package var connections = 0
    /// Connections taken so far.
    package var accepted = 0
    /// Connections refused because too many were open.
    package var refused = 0
    /// Requests being answered now.
    package var requestsInFlight = 0
    /// Requests refused because too many, or too many bytes of bodies, were under way.
    package var overloads = 0
    /// Connections closed because a request or the taking of an answer took too long.
    package var timeouts = 0
    /// Answers by the first digit of their status: `answers[0]` counts 1xx, `answers[4]` 5xx.
    package var answers = [0, 0, 0, 0, 0]

    /// Nothing yet.
    package init() {}

    mutating func count(status: Int) {
        self.answers[min(max(status / 100, 1), 5) - 1] += 1
    }
}
