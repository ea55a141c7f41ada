import AgentTesting
import Glibc
import Pipeline
import Synchronization
import Testing

@testable import LogSources

@Suite struct KernelLogReaderTests {
    private let log = ScriptedKernelLog()

    @Test func `records come in order, and later ones later`() throws {
        self.log.say(0, "first")
        self.log.say(1, "second")
        var reading = KernelLogReading(self.log)
        #expect(try reading.read())
        #expect(reading.texts == ["first", "second"])
        #expect(try reading.read())
        self.log.say(2, "third")
        #expect(try reading.read())
        #expect(reading.texts == ["first", "second", "third"])
        #expect(reading.reader.offset == 3)
        #expect(self.log.opens.withLock { $0 } == 1)
    }

    @Test func `who goes on skips what was handed over`() throws {
        for number in 5..<9 { self.log.say(Int64(number), "\(number)") }
        var reading = KernelLogReading(self.log, from: 7)
        try reading.read()
        #expect(reading.texts == ["7", "8"])
        #expect(reading.expired == 0)
    }

    @Test func `who begins misses nothing of what was overwritten before`() throws {
        self.log.say(1000, "the oldest")
        var reading = KernelLogReading(self.log)
        try reading.read()
        #expect(reading.texts == ["the oldest"])
        #expect(reading.expired == 0)
    }

    @Test func `what was overwritten since is expired`() throws {
        for number in 10..<20 { self.log.say(Int64(number), "\(number)") }
        var reading = KernelLogReading(self.log, from: 5)
        try reading.read()
        #expect(reading.expired == 5)
        #expect(reading.texts.count == 10)
    }

    @Test func `an overrun while it reads is expired, too`() throws {
        self.log.say(1, "a")
        self.log.add(.skipped)
        self.log.say(8, "b")
        var reading = KernelLogReading(self.log)
        try reading.read()
        #expect(reading.texts == ["a", "b"])
        #expect(reading.expired == 6)
    }

    @Test func `nonsense is counted and passed`() throws {
        self.log.add(.record("no record"))
        self.log.say(3, "one")
        var reading = KernelLogReading(self.log)
        try reading.read()
        #expect(reading.texts == ["one"])
        #expect(reading.malformed == 1)
    }

    @Test func `an error keeps what was read before it, and is tried again`() throws {
        self.log.say(1, "kept")
        self.log.add(.failure(EIO))
        self.log.say(2, "after it")
        var reading = KernelLogReading(self.log)
        #expect(try reading.read())
        #expect(reading.texts == ["kept"])
        // Opened anew, and there is nothing new before the error.
        #expect(throws: LogReadError.self) { try reading.read() }
        self.log.steps.withLock { _ = $0.remove(at: 1) }
        #expect(try reading.read())
        #expect(reading.texts == ["kept", "after it"])
        #expect(reading.expired == 0)
    }

    @Test func `a read ends at its limit`() throws {
        for number in 0..<10 { self.log.say(Int64(number), "0123456789") }
        var reading = KernelLogReading(self.log)
        #expect(try !reading.read(limit: 1))
        #expect(reading.texts.count == 1)
        while try !reading.read(limit: 40) {}
        #expect(reading.texts.count == 10)
    }

    @Test func `times are those of the wall clock`() throws {
        let clock = ManualClock(wallNanoseconds: 1_700_000_000_000_000_000)
        self.log.say(4, "at four milliseconds")
        var reading = KernelLogReading(self.log, clock: clock)
        try reading.read()
        let startedAt = clock.wallNanoseconds - clock.monotonicNanoseconds
        #expect(reading.times == [startedAt + 4_000_000])
    }
}
