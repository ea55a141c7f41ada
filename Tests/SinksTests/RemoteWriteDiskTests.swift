import AgentTesting
import Pipeline
import Sinks
import Telemetry
import Testing

/// The driver with its queue on disk, as a receiver that goes and comes sees it.
@Suite struct RemoteWriteDiskTests {
    @Test func ordinaryWorkWritesNothing() async throws {
        let bench = DiskBench(SwitchedReceiver(isThere: true), try TemporaryFolder())
        try await bench.running {
            for step: Int64 in 0..<10 {
                bench.receive(step * 10...step * 10 + 9)
                await bench.clock.advance(by: .seconds(1))
            }
            #expect(await bench.waitUntil { $0.pending.total == 0 })
        }
        #expect(bench.receiver.times == Array(0..<100))
        #expect(bench.disk("written_blocks_total") == 0)
        #expect(bench.folder.files().map { $0.split(separator: "/").last } == ["lock"])
    }

    @Test func anOutageGoesToDiskAndComesBackInOrder() async throws {
        let bench = DiskBench(SwitchedReceiver(isThere: false), try TemporaryFolder())
        try await bench.running {
            bench.receive(0...9)
            await bench.clock.advance(by: .seconds(3))
            #expect(bench.disk("written_blocks_total") == 0, "not before its time")
            #expect(await bench.moveUntil { $0.onDisk.samples >= 45 }, "\(bench.driver.counts)")
            bench.receive(10...99)
            #expect(await bench.moveUntil { $0.onDisk.samples >= 495 })
            #expect(bench.segments.count == 1)
            bench.receiver.set(true)
            #expect(await bench.moveUntilEmpty())
            bench.receive(100...109)
            #expect(await bench.waitUntil { $0.pending.total == 0 })
        }
        #expect(bench.receiver.times == Array(0..<110))
        #expect(bench.segments.isEmpty)
        #expect(bench.disk("written_blocks_total") == 100)
        #expect(bench.disk("read_blocks_total") == 100)
    }

    /// Too much in memory goes to disk at once, though the receiver has not failed for long.
    @Test func memoryIsBounded() async throws {
        let bench = DiskBench(SwitchedReceiver(isThere: false), try TemporaryFolder()) {
            $0.maxPendingSamples = 400
        }
        try await bench.running {
            for time: Int64 in 0..<200 {
                bench.receive(time...time)
                #expect(await bench.waitUntil { $0.pending.total - $0.onDisk.total <= 200 })
            }
            bench.receiver.set(true)
            #expect(await bench.moveUntilEmpty())
        }
        #expect(bench.receiver.times == Array(0..<200))
        #expect(bench.driver.samplesLost == 0)
    }

    @Test func whatIsLeftAtAStopIsSentAfterTheNextStart() async throws {
        let folder = try TemporaryFolder()
        let receiver = SwitchedReceiver(isThere: false)
        let first = DiskBench(receiver, folder)
        try await first.running {
            first.receive(0...9)
            // The open request as well.
            RemoteWriteBench.receive(2, at: 10, by: first.driver)
            #expect(await ManualClock.eventually { receiver.attempts > 0 })
        }
        #expect(first.driver.samplesLost == 0)
        #expect(first.driver.counts.onDisk.samples == 52)
        let second = DiskBench(receiver, folder)
        second.receive(11...12)
        receiver.set(true)
        try await second.running {
            #expect(await second.moveUntil { $0.ledger.sent.samples == 62 })
        }
        #expect(second.driver.counts.ledger.recovered.samples == 52)
        #expect(receiver.times == Array(0..<13))
        #expect(second.segments.isEmpty)
    }

    /// A stop in the middle of a backlog costs nothing and repeats nothing.
    @Test func restartsInTheMiddleOfABacklog() async throws {
        let folder = try TemporaryFolder()
        let receiver = SwitchedReceiver(isThere: false)
        for start: Int64 in [0, 100, 200] {
            let bench = DiskBench(receiver, folder)
            try await bench.running {
                bench.receive(start...start + 99)
                #expect(await bench.moveUntil { $0.onDisk.samples > 300 })
                receiver.set(true)
                let count = receiver.count
                #expect(await bench.moveUntil { _ in receiver.count > count })
                receiver.set(false)
            }
            #expect(bench.driver.samplesLost == 0)
        }
        receiver.set(true)
        let last = DiskBench(receiver, folder)
        try await last.running {
            #expect(await last.moveUntil { $0.ledger.recovered.total > 0 || receiver.count >= 300 })
            #expect(await last.moveUntilEmpty())
        }
        #expect(receiver.times == Array(0..<300))
    }

    @Test func newestFirstSendsNewSamplesBeforeTheBacklog() async throws {
        let bench = DiskBench(SwitchedReceiver(isThere: false), try TemporaryFolder()) {
            $0.disk.order = .newestFirst
        }
        try await bench.running {
            bench.receive(0...99)
            #expect(await bench.moveUntil { $0.onDisk.samples >= 495 }, "\(bench.driver.counts)")
            bench.receiver.set(true)
            #expect(await bench.moveUntilEmpty())
        }
        // The first may have been under way all the time.
        #expect(bench.receiver.times.filter { $0 > 0 } == Array((1..<100).reversed()))
        #expect(bench.receiver.times.count == 100)
    }

    @Test func aFullDiskQueueDropsTheOldestAndCounts() async throws {
        let bench = DiskBench(SwitchedReceiver(isThere: false), try TemporaryFolder()) {
            $0.disk.maxBytes = 16_000
        }
        try await bench.running {
            for step: Int64 in 0..<50 {
                bench.receive(step * 20...step * 20 + 19)
                await bench.clock.advance(by: .seconds(1))
                // The disk keeps up with the clock that the test moves.
                if step > 6 {
                    #expect(await bench.waitUntil { $0.pending.total - $0.onDisk.total <= 10 })
                }
            }
            #expect(await bench.waitUntil { $0.ledger.dropped(.diskFull).samples > 1000 })
            #expect(bench.driver.counts.diskBytes <= 16_000)
            bench.receiver.set(true)
            #expect(await bench.moveUntilEmpty())
        }
        let times = bench.receiver.times
        let ledger = bench.driver.counts.ledger
        // What was being sent when its segment went was sent all the same.
        #expect(times.dropFirst() == Array(times[1]...999)[...])
        #expect(ledger.sent.samples + ledger.dropped(.diskFull).samples == 5000)
        #expect(bench.log.lines.all.contains { $0.contains("the queue on disk is full") })
    }

    @Test func samplesThatAreTooOldDontLeaveTheDisk() async throws {
        let clock = ManualClock()
        let now = clock.wallNanoseconds / 1_000_000
        let bench = DiskBench(
            SwitchedReceiver(isThere: false),
            try TemporaryFolder(),
            clock: clock,
        ) { $0.sampleAgeLimit = .seconds(60) }
        try await bench.running {
            bench.receive(now...now + 9)
            await clock.advance(by: .seconds(40))
            bench.receive(now + 40_000...now + 40_009)
            await clock.advance(by: .seconds(30))
            bench.receiver.set(true)
            #expect(await bench.moveUntilEmpty())
        }
        #expect(bench.driver.counts.ledger.dropped(.tooOld).samples == 50)
        #expect(bench.receiver.times == Array(now + 40_000...now + 40_009))
    }

    /// Folders that can't be used, for one reason or another: one line, a counter, and memory.
    @Test(arguments: ["a file", "a lock"])
    func withoutADiskMemoryGoesOnAlone(_ reason: String) async throws {
        let folder = try TemporaryFolder()
        let receiver = SwitchedReceiver(isThere: false)
        let other = DiskBench(receiver, folder)
        let bench = DiskBench(receiver, folder) { $0.maxPendingSamples = 100 }
        if reason == "a file" { try folder.write("remote_write", [1]) }
        try await other.running {
            if reason == "a lock" {
                #expect(await ManualClock.eventually { !folder.files().isEmpty })
            }
            try await bench.running {
                bench.receive(0...99)
                for _ in 0..<4 { await bench.clock.advance(by: .seconds(10)) }
                #expect(bench.driver.counts.pending.samples == 100)
                receiver.set(true)
                #expect(await bench.moveUntilEmpty())
            }
        }
        #expect(receiver.times.suffix(20) == Array(80..<100)[...])
        #expect(bench.driver.counts.ledger.dropped(.queueFull).samples == 400)
        #expect(bench.disk("errors_total") >= 3)
        let complaints = bench.log.lines.all.filter { $0.contains("can't be used") }
        #expect(complaints.count == 1 && complaints[0].contains("failed"))
    }

    /// A folder that goes while it is in use costs what was in it and nothing else.
    @Test func aFolderThatVanishesIsCounted() async throws {
        let bench = DiskBench(SwitchedReceiver(isThere: false), try TemporaryFolder())
        try await bench.running {
            bench.receive(0...49)
            #expect(await bench.moveUntil { $0.onDisk.samples >= 245 })
            bench.folder.remove("remote_write")
            bench.receive(50...59)
            #expect(await bench.moveUntil { _ in bench.disk("errors_total") > 0 })
            bench.receiver.set(true)
            #expect(await bench.moveUntilEmpty())
        }
        let ledger = bench.driver.counts.ledger
        #expect(ledger.sent.samples + ledger.dropped(.damaged).samples == 300)
        #expect(bench.receiver.times.suffix(10) == Array(50..<60)[...])
        #expect(bench.receiver.times == bench.receiver.times.sorted())
    }

    /// A disk that can't be written holds up nothing: what was to go there is sent from memory.
    @Test func aDiskThatCantBeWrittenIsNotWaitedFor() async throws {
        let bench = DiskBench(SwitchedReceiver(isThere: false), try TemporaryFolder())
        try await bench.running {
            #expect(await ManualClock.eventually { !bench.folder.files().isEmpty })
            let folder = String(bench.folder.files()[0].dropLast("/lock".count))
            bench.folder.remove(folder)
            try bench.folder.write(folder, [1])
            bench.receive(0...49)
            for _ in 0..<30 { await bench.clock.advance(by: .seconds(1)) }
            #expect(bench.driver.counts.pending.samples == 250)
            #expect(!bench.driver.counts.diskError.isEmpty)
            let back = bench.clock.monotonicNanoseconds
            bench.receiver.set(true)
            #expect(await bench.moveUntilEmpty())
            #expect(bench.clock.monotonicNanoseconds - back < 5_000_000_000)
        }
        #expect(bench.receiver.times == Array(0..<50))
        #expect(bench.driver.samplesLost == 0)
        #expect(bench.log.lines.all.filter { $0.contains("can't be used") }.count == 1)
        #expect(bench.log.lines.all.count < 6, "\(bench.log.lines.all)")
    }

    /// An hour without a receiver, ten targets every ten seconds; then everything arrives, each
    /// series in order, and meanwhile memory holds next to nothing.
    @Test func anHourWithoutAReceiver() async throws {
        let bench = DiskBench(SwitchedReceiver(isThere: false), try TemporaryFolder()) {
            $0.maxSamplesPerSend = 200
            $0.minShards = 4
            $0.minBackoff = .seconds(60)
            $0.maxBackoff = .seconds(60)
        }
        let rounds: Int64 = 360
        try await bench.running {
            for round in 0..<rounds {
                for source: UInt64 in 0..<10 {
                    RemoteWriteBench.receive(20, at: round, source: source, by: bench.driver)
                }
                await bench.clock.advance(by: .seconds(10))
                #expect(bench.driver.counts.pending.total == Int(round + 1) * 200)
                // The clock is ours, the disk isn't: it is given the time it takes.
                let isWritten = await ManualClock.eventually {
                    let counts = bench.driver.counts
                    return counts.pending.total - counts.onDisk.total <= 1200
                }
                #expect(isWritten, "round \(round)")
            }
            bench.receiver.set(true)
            #expect(await bench.moveUntilEmpty())
        }
        var last: [String: Int64] = [:]
        for sample in bench.receiver.samples {
            #expect(sample.time == (last[sample.series] ?? -1) + 1)
            last[sample.series] = sample.time
        }
        #expect(last.count == 200 && last.values.allSatisfy { $0 == rounds - 1 })
        #expect(bench.driver.samplesLost == 0)
        #expect(bench.segments.isEmpty)
        #expect(bench.log.lines.all.count < 10)
    }
}
