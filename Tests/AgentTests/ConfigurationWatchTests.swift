import AgentTesting
import Synchronization
import Testing

@testable import Agent

@Suite struct ConfigurationWatchTests {
    private final class Counted: Sendable {
        private let value = Mutex(0)
        var count: Int { self.value.withLock { $0 } }
        func add() { self.value.withLock { $0 += 1 } }
    }

    @Test func aChangeOfAnyFileIsSeenOnce() async throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("martlet.yaml", "a: 1\n")
        let included = try folder.write("more-1.yml", "b: 1\n")
        let patterns = [included.replacing("1.yml", with: "*.yml")]
        let clock = ManualClock()
        let seen = Counted()
        let watching = Task {
            var watch = ConfigurationWatch(path: path, patterns: patterns)
            while await watch.next(on: clock, patterns: patterns) { seen.add() }
        }
        func look(expecting count: Int) async {
            #expect(await clock.waitForSleepers(1))
            await clock.advance(by: ConfigurationWatch.interval)
            #expect(await clock.waitForSleepers(1))
            #expect(seen.count == count)
        }
        #expect(await clock.waitForSleepers(1))
        await look(expecting: 0)
        _ = try folder.write("martlet.yaml", "a: 12\n")
        await look(expecting: 1)
        await look(expecting: 1)
        _ = try folder.write("more-1.yml", "b: 12\n")
        await look(expecting: 2)
        _ = try folder.write("more-2.yml", "c: 1\n")
        await look(expecting: 3)
        watching.cancel()
        await watching.value
    }

    @Test func processUsageIsPlausible() throws {
        let usage = try #require(ProcessUsage.current())
        #expect(usage.residentBytes > 1e6)
        #expect(usage.cpuSeconds >= 0)
        #expect(usage.ageSeconds >= 0 && usage.ageSeconds < 86_400)
        #expect(ProcessUsage.openDescriptors > 2)
    }
}
