import Testing

@testable import Kubernetes

@Suite struct AgentRosterTests {
    @Test func whoIsThereAtFirstCountsAtOnce() {
        var roster = AgentRoster(holdDown: 30)
        #expect(roster.note(ready: ["a", "b"], at: 0) == nil)
        #expect(roster.members.sorted() == ["a", "b"])
        #expect(roster.note(ready: ["a", "b", "c"], at: 1) == nil)
        #expect(roster.members.sorted() == ["a", "b", "c"])
    }

    @Test func thereIsABoundThatAllAgentsKeepAlike() {
        let names = Set((0..<AgentRoster.limit + 5).map { "n\($0)" })
        var rosters = [AgentRoster(holdDown: 30), AgentRoster(holdDown: 30)]
        for place in rosters.indices { _ = rosters[place].note(ready: names, at: 0) }
        #expect(rosters.allSatisfy { $0.turnedAway == 5 })
        #expect(Set(rosters[0].members) == Set(rosters[1].members))
    }

    @Test func aRestartMovesNothing() {
        var roster = AgentRoster(holdDown: 30)
        _ = roster.note(ready: ["a", "b"], at: 0)
        #expect(roster.note(ready: ["a"], at: 10) == 40)
        #expect(roster.members.sorted() == ["a", "b"])
        #expect(roster.note(ready: ["a", "b"], at: 39) == nil)
        #expect(roster.note(ready: ["a", "b"], at: 100) == nil)
        #expect(roster.members.sorted() == ["a", "b"])
    }

    @Test func whoStaysAwayIsLetGo() {
        var roster = AgentRoster(holdDown: 30)
        _ = roster.note(ready: ["a", "b"], at: 0)
        _ = roster.note(ready: ["a"], at: 10)
        #expect(roster.note(ready: ["a"], at: 40) == nil)
        #expect(roster.members == ["a"])
    }

    @Test func whoComesAndGoesHasToStayFirst() {
        var roster = AgentRoster(holdDown: 30)
        _ = roster.note(ready: ["a", "b"], at: 0)
        _ = roster.note(ready: ["a"], at: 10)
        _ = roster.note(ready: ["a"], at: 40)
        #expect(roster.note(ready: ["a", "b"], at: 50) == 80)
        #expect(roster.members == ["a"])
        #expect(roster.note(ready: ["a", "b"], at: 80) == nil)
        #expect(roster.members.sorted() == ["a", "b"])
        // Once it was a while away, it is as good as a new one.
        _ = roster.note(ready: ["a"], at: 100)
        _ = roster.note(ready: ["a"], at: 130)
        _ = roster.note(ready: ["a"], at: 430)
        #expect(roster.note(ready: ["a", "b"], at: 431) == nil)
        #expect(roster.members.sorted() == ["a", "b"])
    }
}
