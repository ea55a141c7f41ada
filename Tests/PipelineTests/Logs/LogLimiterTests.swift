import Pipeline
import Telemetry
import Testing

/// Which records are above a budget, by the times that they bear.
@Suite struct LogLimiterTests {
    private func limiter(_ bytesPerSecond: Int = 10) -> LogLimiter {
        LogLimiter(
            LogLimitOptions(bytesPerSecond: bytesPerSecond, window: .seconds(10), per: .container)
        )
    }

    private func record(at seconds: Double, bytes: Int = 20) -> LogRecord {
        LogRecord(
            time: Int64(seconds * 1_000_000_000),
            offset: 0,
            start: 0,
            count: 0,
            sourceBytes: bytes,
            stream: .stdout,
        )
    }

    @Test func aWindowHasItsBudget() {
        let limiter = self.limiter()
        let verdicts = (0..<7).map { limiter.judge(self.record(at: Double($0))) }
        #expect(verdicts.prefix(5).allSatisfy { $0 == .within })
        #expect(Array(verdicts.suffix(2)) == [.firstOver(leftOutBefore: 0), .over])
        #expect(limiter.judge(self.record(at: 10)) == .within)
    }

    @Test func theNextNoticeTellsHowManyWereLeftOut() {
        let limiter = self.limiter()
        for _ in 0..<5 { #expect(limiter.judge(self.record(at: 1)) == .within) }
        #expect(limiter.judge(self.record(at: 1)) == .firstOver(leftOutBefore: 0))
        for _ in 0..<3 { #expect(limiter.judge(self.record(at: 1)) == .over) }
        for _ in 0..<5 { #expect(limiter.judge(self.record(at: 11)) == .within) }
        #expect(limiter.judge(self.record(at: 11)) == .firstOver(leftOutBefore: 4))
    }

    /// What waited while a sink was away is read at once, and is judged by when it was written.
    @Test func itDoesNotMatterWhenRecordsAreRead() {
        let limiter = self.limiter()
        for second in 0..<1000 {
            #expect(limiter.judge(self.record(at: Double(second), bytes: 10)) == .within)
        }
    }

    /// Containers of a namespace are read one after the other, so that times go back.
    @Test func windowsAreRemembered() {
        let limiter = self.limiter()
        for _ in 0..<2 {
            for second in 0..<100 {
                let bytes = second % 10 == 0 ? 50 : 0
                #expect(limiter.judge(self.record(at: Double(second), bytes: bytes)) == .within)
            }
        }
        #expect(limiter.judge(self.record(at: 5, bytes: 1)) == .firstOver(leftOutBefore: 0))
    }

    @Test func aRecordLargerThanTheBudgetGoesThroughAlone() {
        let limiter = self.limiter()
        #expect(limiter.judge(self.record(at: -1, bytes: 1000)) == .within)
        #expect(limiter.judge(self.record(at: -1, bytes: 1)) == .firstOver(leftOutBefore: 0))
        #expect(limiter.judge(self.record(at: 0, bytes: 1)) == .within)
    }
}
