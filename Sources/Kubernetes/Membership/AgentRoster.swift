/// Which agents count as members, given when each of them was ready.
///
/// Pure. An agent that is gone counts on for `holdDown`, so that a restart moves nothing. One that
/// comes counts at once: all agents hear of it at about the same time, so that nothing runs twice.
/// One that comes back after it was let go, and not long ago, has to stay for `holdDown` first: one
/// that comes and goes does not tear its series apart.
struct AgentRoster {
    /// How many times `holdDown` an agent that was let go is remembered.
    static let memory: Int64 = 10
    /// The most agents that are kept; further ones are counted and not seen.
    static let limit = 20_000

    private struct Agent {
        var isReady: Bool
        /// When that changed last, in monotonic nanoseconds.
        var since: Int64
        var isMember: Bool
    }

    /// Ready agents that there was no room for.
    private(set) var turnedAway = 0
    private let holdDown: Int64
    private var agents: [String: Agent] = [:]
    /// By name, when it was let go.
    private var departures: [String: Int64] = [:]

    /// Makes an empty roster; `holdDown` in nanoseconds.
    init(holdDown: Int64) { self.holdDown = holdDown }

    /// The members.
    var members: [String] { self.agents.filter(\.value.isMember).map(\.key) }

    /// Takes in who is ready at `now`, and says when time alone will change the members.
    mutating func note(ready: Set<String>, at now: Int64) -> Int64? {
        self.turnedAway = 0
        // In order, so that all agents leave the same ones out.
        for name in ready.count > Self.limit ? ready.sorted() : Array(ready) {
            self.arrived(name, at: now)
        }
        for (name, agent) in self.agents where agent.isReady && !ready.contains(name) {
            self.agents[name]?.isReady = false
            self.agents[name]?.since = now
        }
        return self.settle(now)
    }

    private mutating func arrived(_ name: String, at now: Int64) {
        if let known = self.agents[name] {
            if known.isReady { return }
            self.agents[name]?.isReady = true
            self.agents[name]?.since = now
            return
        }
        if self.agents.count >= Self.limit {
            self.turnedAway += 1
            return
        }
        self.agents[name] = Agent(
            isReady: true,
            since: now,
            isMember: self.departures[name] == nil,
        )
    }

    private mutating func settle(_ now: Int64) -> Int64? {
        var next: Int64?
        for (name, agent) in self.agents where agent.isReady != agent.isMember {
            let due = agent.since + self.holdDown
            if due > now {
                next = min(next ?? due, due)
            } else if agent.isReady {
                self.agents[name]?.isMember = true
                self.departures[name] = nil
            } else {
                self.agents[name] = nil
                self.departures[name] = now
            }
        }
        self.departures = self.departures.filter {
            now - $0.value < self.holdDown * Self.memory || self.agents[$0.key] != nil
        }
        return next
    }
}
