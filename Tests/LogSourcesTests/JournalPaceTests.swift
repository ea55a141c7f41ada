import RandomTesting
import Testing

@testable import LogSources

@Suite struct JournalPaceTests {
    private static let second: Int64 = 1_000_000_000

    private func take(_ pace: inout JournalPace, at now: Int64) -> Int {
        var taken = 0
        pace.refill(at: now)
        while !pace.isEmpty {
            pace.take()
            taken += 1
        }
        return taken
    }

    @Test func `it begins with a second's entries`() {
        var pace = JournalPace(perSecond: 10, at: 5)
        #expect(self.take(&pace, at: 5) == 10)
        #expect(self.take(&pace, at: 5) == 0)
    }

    @Test func `time brings more but never more than a second's entries`() {
        var pace = JournalPace(perSecond: 10, at: 0)
        #expect(self.take(&pace, at: 0) == 10)
        #expect(self.take(&pace, at: Self.second / 2) == 5)
        #expect(self.take(&pace, at: 100 * Self.second) == 10)
    }

    @Test func `time that goes back brings nothing`() {
        var pace = JournalPace(perSecond: 10, at: Self.second)
        #expect(self.take(&pace, at: Self.second) == 10)
        #expect(self.take(&pace, at: 0) == 0)
    }

    @Test(arguments: 0..<50)
    func `the rate is kept however often it is asked`(seed: UInt64) {
        var random = SplitMix(seed: seed)
        let rate = Int.random(in: 1...60, using: &random)
        var pace = JournalPace(perSecond: rate, at: 0)
        var now: Int64 = 0
        var taken = 0
        while now < 20 * Self.second {
            now += Int64.random(in: 1...(Self.second / 3), using: &random)
            taken += self.take(&pace, at: now)
        }
        let due = Double(rate) * (Double(now) / Double(Self.second) + 1)
        #expect(Double(taken) <= due + 1)
        // Parts of an entry are not lost from one time to the next, or not many of them.
        #expect(Double(taken) >= due * 0.9 - 2, "\(taken) of \(due)")
    }
}
