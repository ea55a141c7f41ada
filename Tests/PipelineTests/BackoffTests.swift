import Pipeline
import Testing

@Suite struct BackoffTests {
    @Test func doublesUpToTheBoundWithJitter() {
        var backoff = Backoff(minimum: .milliseconds(100), maximum: .milliseconds(350))
        let longest = (0..<4).map { _ in backoff.next(asked: nil, random: 1) }
        #expect(
            longest == [
                .milliseconds(100), .milliseconds(200), .milliseconds(350), .milliseconds(350),
            ]
        )
        backoff.reset()
        #expect(backoff.next(asked: nil, random: 0) == .milliseconds(80))
    }

    @Test func whatTheDestinationAsksForHolds() {
        var backoff = Backoff(minimum: .milliseconds(100), maximum: .seconds(1))
        #expect(backoff.next(asked: .seconds(7), random: 0.5) == .seconds(7))
        #expect(backoff.next(asked: .seconds(-7), random: 0.5) == .zero)
    }
}
