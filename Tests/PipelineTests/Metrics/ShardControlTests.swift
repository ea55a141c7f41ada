import Testing

@testable import Pipeline

@Suite struct ShardControlTests {
    private static func control(_ range: ClosedRange<Int> = 1...50) -> ShardControl {
        ShardControl(
            minimum: range.lowerBound,
            maximum: range.upperBound,
            batchSendDeadline: .seconds(5),
        )
    }

    /// Ticks with the same rates; each request of 1000 samples takes `seconds`.
    private static func run(
        _ control: inout ShardControl,
        ticks: Int = 1,
        perSecond: Int,
        seconds: Double,
        backlog: Int = 0,
        delay: Double = 1,
        sinceSuccess: Double? = 1,
    ) {
        for _ in 0..<ticks {
            control.noteReceived(perSecond * 10, dropped: 0)
            for _ in 0..<max(perSecond / 100, 1) {
                control.noteSent(1000, nanoseconds: Int64(seconds * 1e9))
            }
            _ = control.tick(
                .init(backlog: backlog, delay: delay, sinceSuccess: sinceSuccess)
            )
        }
    }

    @Test func oneIsEnoughForAQuickReceiver() {
        var control = Self.control()
        Self.run(&control, ticks: 10, perSecond: 10_000, seconds: 0.01)
        #expect(control.shards == 1)
        #expect(control.desired < 0.2)
    }

    @Test func aSlowReceiverGetsMore() {
        var control = Self.control()
        // 10 requests a second of half a second each: 5 at once.
        Self.run(&control, perSecond: 10_000, seconds: 0.5)
        #expect(control.shards == 5)
        #expect(abs(control.desired - 5) < 0.01)
        // Within 30 per cent nothing changes.
        Self.run(&control, ticks: 20, perSecond: 12_000, seconds: 0.5)
        #expect(control.shards == 5)
        Self.run(&control, ticks: 20, perSecond: 20_000, seconds: 0.5)
        #expect(control.shards > 6)
    }

    @Test func aBacklogIsWorkedOff() {
        var control = Self.control()
        // 5 per cent of 400 000 are 20 000 a second more.
        Self.run(&control, perSecond: 10_000, seconds: 0.5, backlog: 400_000)
        #expect(control.shards == 15)
    }

    @Test func boundsAreKept() {
        var control = Self.control(2...6)
        Self.run(&control, perSecond: 10_000, seconds: 5)
        #expect(control.shards == 6)
        #expect(control.desired > 40)
        Self.run(&control, ticks: 60, perSecond: 10_000, seconds: 0.001)
        #expect(control.shards == 2)
    }

    @Test func whoIsBehindIsNotSlowedDown() {
        var control = Self.control()
        Self.run(&control, perSecond: 10_000, seconds: 1)
        #expect(control.shards == 10)
        Self.run(&control, ticks: 60, perSecond: 10_000, seconds: 0.001, delay: 11)
        #expect(control.shards == 10)
        Self.run(&control, perSecond: 10_000, seconds: 0.001, delay: 9)
        #expect(control.shards == 1)
    }

    @Test(arguments: [11, nil] as [Double?])
    func withoutARecentSuccessNothingChanges(_ since: Double?) {
        var control = Self.control()
        Self.run(&control, perSecond: 10_000, seconds: 1, sinceSuccess: since)
        #expect(control.shards == 1)
        #expect(control.desired > 9)
    }

    @Test func droppedSeriesAreNotCountedAsWork() {
        var control = Self.control()
        control.noteReceived(200_000, dropped: 100_000)
        for _ in 0..<100 { control.noteSent(1000, nanoseconds: 500_000_000) }
        _ = control.tick(.init(backlog: 0, delay: 0, sinceSuccess: 0))
        #expect(control.shards == 5)
    }
}
