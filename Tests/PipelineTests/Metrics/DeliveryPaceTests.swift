import Testing

@testable import Pipeline

@Suite struct DeliveryPaceTests {
    private static let second: Int64 = 1_000_000_000

    private static func pace() -> DeliveryPace {
        DeliveryPace(minimum: .seconds(1), maximum: .seconds(4))
    }

    @Test func waitsDouble() {
        var pace = Self.pace()
        var now: Int64 = 0
        var waits: [Double] = []
        for _ in 0..<4 {
            pace.failed(start: now, now: now, asked: nil, random: 0.999_999)
            let wait = pace.wait(now: now)?.seconds ?? 0
            waits.append(wait.rounded())
            now += Int64(wait * 1e9) + 1
        }
        #expect(waits == [1, 2, 4, 4])
        pace.succeeded()
        #expect(pace.wait(now: now) == nil)
        pace.failed(start: now, now: now, asked: nil, random: 0)
        #expect(pace.wait(now: now) == .milliseconds(800))
    }

    /// Many requests that fail together are one failure.
    @Test func whatFailsTogetherCountsOnce() {
        var pace = Self.pace()
        for start: Int64 in 0..<10 {
            pace.failed(start: start, now: 10 + start, asked: nil, random: 0)
        }
        #expect(pace.wait(now: 10) == .milliseconds(800))
        #expect(pace.limit(20) == 1)
        pace.succeeded()
        #expect(pace.limit(20) == 20)
    }

    @Test func theReceiversOwnTimeIsKept() {
        var pace = Self.pace()
        pace.failed(start: 0, now: 1, asked: .seconds(60), random: 0)
        // Neither another's failure nor another's success shortens it.
        pace.failed(start: 0, now: 2, asked: nil, random: 0)
        pace.succeeded()
        #expect(pace.wait(now: 1) == .seconds(60))
        #expect(pace.wait(now: 1 + 60 * Self.second) == nil)
        pace.failed(start: 61 * Self.second, now: 61 * Self.second, asked: .zero, random: 0)
        #expect(pace.wait(now: 61 * Self.second) == nil)
        pace.failed(start: 0, now: Int64.max - 5, asked: .seconds(3600), random: 0)
        #expect(pace.wait(now: Int64.max - 5) == .nanoseconds(5))
    }
}
