import Scraping
import Testing

@Suite struct ScrapeScheduleTests {
    @Test(arguments: [0, 1, 999_999_999, 1_000_000_000, 14_999_999_999, UInt64.max])
    func theFirstScrapeIsWithinOneInterval(_ phase: UInt64) {
        let interval: Int64 = 15_000_000_000
        for now: Int64 in [1_700_000_000_000_000_000, 1_700_000_007_123_456_789] {
            let schedule = ScrapeSchedule(interval: interval, phase: phase, now: now)
            #expect(schedule.next > now && schedule.next <= now + interval)
            // The offset in the interval does not depend on when the agent started.
            #expect(schedule.next % interval == Int64(phase % UInt64(interval)))
        }
    }

    @Test func missedTimesAreLeftOut() {
        var schedule = ScrapeSchedule(interval: 1_000_000_000, phase: 0, now: 500_000_000)
        #expect(schedule.next == 1_000_000_000)
        schedule.advance(after: 1_100_000_000)
        #expect(schedule.next == 2_000_000_000)
        schedule.advance(after: 6_300_000_000)
        #expect(schedule.next == 7_000_000_000)
        schedule.advance(after: 8_000_000_000)
        #expect(schedule.next == 9_000_000_000)
    }

    @Test func aClockThatWasSetIsFollowed() {
        var schedule = ScrapeSchedule(interval: 1_000_000_000, phase: 0, now: 100_500_000_000)
        schedule.advance(after: 50_200_000_000)
        #expect(schedule.next == 51_000_000_000)
        schedule.advance(after: 900_200_000_000)
        #expect(schedule.next == 901_000_000_000)
    }

    @Test func timesThatAreCloseAreAligned() {
        let schedule = ScrapeSchedule(interval: 15_000_000_000, phase: 0, now: 1)
        #expect(schedule.timestamp(startingAt: 15_001_900_000) == 15_000_000_000)
        #expect(schedule.timestamp(startingAt: 15_002_100_000) == 15_002_100_000)
        let quick = ScrapeSchedule(interval: 100_000_000, phase: 0, now: 1)
        #expect(quick.timestamp(startingAt: 101_100_000) == 101_100_000)
        #expect(quick.timestamp(startingAt: 100_900_000) == 100_000_000)
    }

    @Test func theHashIsTheOneOfItsName() {
        #expect(FNV1a.hash("") == 0xcbf2_9ce4_8422_2325)
        #expect(FNV1a.hash("foobar") == 0x8594_4171_f739_67e8)
    }
}
