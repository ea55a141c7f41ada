import Testing

@testable import Agent

@Suite struct ConfigurationWatchTests {
    @Test func anotherFileHasAnotherIdentity() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("martlet.yaml", "a: 1\n")
        let first = try #require(ConfigurationWatch.Identity(path: path))
        #expect(ConfigurationWatch.Identity(path: path) == first)
        _ = try folder.write("martlet.yaml", "a: 12\n")
        #expect(ConfigurationWatch.Identity(path: path) != first)
        #expect(ConfigurationWatch.Identity(path: path + ".none") == nil)
    }

    @Test func processUsageIsPlausible() throws {
        let usage = try #require(ProcessUsage.current())
        #expect(usage.residentBytes > 1e6)
        #expect(usage.cpuSeconds >= 0)
        #expect(usage.ageSeconds >= 0 && usage.ageSeconds < 86_400)
        #expect(ProcessUsage.openDescriptors > 2)
    }
}
