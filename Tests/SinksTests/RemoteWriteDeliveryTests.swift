import AgentTesting
import Pipeline
import Sinks
import Telemetry
import Testing

/// The driver and the sink together, as a receiver sees them.
@Suite struct RemoteWriteDeliveryTests {
    @Test func aScrapeArrivesWholeAndInOrder() async throws {
        let bench = RemoteWriteBench { $0.queue.maxSamplesPerSend = 1000 }
        try await bench.running {
            bench.receive(1000, at: 1000)
            #expect(await bench.exchange.waitForRequests(1))
        }
        let samples = try #require(bench.received.first?.samples)
        #expect(samples.count == 1000)
        #expect(samples.map(\.value) == (0..<1000).map(Double.init))
        #expect(samples.allSatisfy { $0.time == 1000 })
        #expect(samples[7].series == "m{n=7,s=0,v=v}")
        #expect(bench.meter("prometheus_remote_storage_samples_total") == 1000)
    }

    @Test func aRequestThatIsNotFullWaitsForItsDeadline() async throws {
        let bench = RemoteWriteBench()
        try await bench.running {
            #expect(await bench.clock.waitForSleepers(1))
            await bench.clock.advance(by: .seconds(3))
            bench.receive(10, at: 1000)
            await bench.clock.advance(by: .seconds(4))
            #expect(bench.exchange.sent.isEmpty)
            bench.receive(10, at: 2000)
            await bench.clock.advance(by: .seconds(1))
            #expect(await bench.exchange.waitForRequests(1))
        }
        #expect(bench.received.map(\.samples.count) == [20])
    }

    @Test func scrapesAreNotTornUnlessTheyMust() async throws {
        let bench = RemoteWriteBench { $0.queue.maxSamplesPerSend = 100 }
        try await bench.running {
            for time: Int64 in [1, 2, 3] { bench.receive(40, at: time, source: 5) }
            bench.receive(250, at: 4)
            #expect(await bench.exchange.waitForRequests(4))
        }
        #expect(bench.received.map(\.samples.count) == [80, 40, 100, 100])
    }

    @Test func requestsAreBoundedInBytes() async throws {
        let bench = RemoteWriteBench()
        try await bench.running {
            bench.receive(3000, at: 1, size: 5000)
            #expect(await bench.exchange.waitForRequests(1))
            await bench.clock.advance(by: .seconds(6))
            #expect(await bench.exchange.waitForRequests(2))
        }
        #expect(bench.received.map(\.samples.count).reduce(0, +) == 3000)
        #expect(bench.received.allSatisfy { $0.samples.count < 2000 })
    }

    @Test func failuresAreTriedAgainUntilTheySucceed() async throws {
        let failures: [RecordingExchange.Answer] = [
            .response(status: 500), .failure(HTTPFailure(.connect, "refused")),
            .response(status: 503, headers: [HTTPHeader("Retry-After", "60")]),
            .response(status: 429), .failure(HTTPFailure(.timeout, "too slow")),
        ]
        let bench = RemoteWriteBench(failures) { $0.queue.maxSamplesPerSend = 5 }
        try await bench.running {
            bench.receive(5, at: 1)
            bench.receive(5, at: 2)
            #expect(await bench.exchange.waitForRequests(1))
            for round in 1...2 {
                #expect(await bench.clock.waitForSleepers(3))
                await bench.clock.advance(by: .seconds(5))
                #expect(await bench.exchange.waitForRequests(round + 1))
            }
            #expect(await bench.clock.waitForSleepers(3))
            await bench.clock.advance(by: .seconds(50))
            #expect(bench.exchange.sent.count == 3, "Retry-After is honoured")
            for round in 3...5 {
                await bench.clock.advance(by: .seconds(10))
                #expect(await bench.exchange.waitForRequests(round + 1))
            }
            #expect(await bench.exchange.waitForRequests(7))
            #expect(await ManualClock.eventually { bench.driver.pendingSamples == 0 })
        }
        // The same block each time, then the next one: order holds.
        let times = bench.received.map { $0.samples.first?.time }
        #expect(times == [1, 1, 1, 1, 1, 1, 2])
        #expect(bench.meter("prometheus_remote_storage_samples_retried_total") == 25)
        #expect(bench.meter("prometheus_remote_storage_samples_failed_total") == 0)
        #expect(bench.meter("prometheus_remote_storage_samples_total") == 10)
        let status = bench.driver.currentStatus
        #expect(status.isWorking == true && status.lastError.isEmpty)
    }

    @Test func refusedSamplesAreDroppedAndCounted() async throws {
        let bench = RemoteWriteBench([
            .response(status: 400, body: "out of order sample\nmore")
        ]) { $0.queue.maxSamplesPerSend = 5 }
        try await bench.running {
            bench.receive(5, at: 1)
            #expect(await bench.exchange.waitForRequests(1))
            #expect(await ManualClock.eventually { bench.driver.currentStatus.isWorking == false })
            #expect(bench.driver.currentStatus.lastError == "status 400: out of order sample")
            bench.receive(5, at: 2)
            #expect(await bench.exchange.waitForRequests(2))
        }
        #expect(bench.meter("prometheus_remote_storage_samples_failed_total") == 5)
        #expect(bench.meter("prometheus_remote_storage_samples_total") == 10)
    }

    @Test func aFullQueueDropsTheOldest() async throws {
        let bench = RemoteWriteBench(then: .response(status: 500)) {
            $0.queue.maxSamplesPerSend = 10
            $0.queue.maxPendingSamples = 50
        }
        for time in 1...20 { bench.receive(10, at: Int64(time)) }
        #expect(bench.driver.pendingSamples == 50)
        #expect(bench.dropped("queue_full") == 150)
        #expect(bench.meter("prometheus_remote_storage_samples_pending") == 50)
        try await bench.running {
            #expect(await bench.exchange.waitForRequests(1))
        }
        #expect(bench.received.first?.samples.first?.time == 16)
    }

    @Test func samplesThatAreTooOldAreNotSent() async throws {
        let bench = RemoteWriteBench([
            .response(status: 500, headers: [HTTPHeader("Retry-After", "3")])
        ]) {
            $0.queue.maxSamplesPerSend = 5
            $0.queue.sampleAgeLimit = .seconds(60)
        }
        let now = bench.clock.wallNanoseconds / 1_000_000
        try await bench.running {
            bench.receive(5, at: now - 61_000)
            bench.receive(5, at: now - 58_000)
            #expect(await bench.exchange.waitForRequests(1))
            #expect(await bench.clock.waitForSleepers(3))
            await bench.clock.advance(by: .seconds(4))
            #expect(await ManualClock.eventually { bench.driver.pendingSamples == 0 })
        }
        #expect(bench.received.map { $0.samples.first?.time } == [now - 58_000])
        #expect(bench.dropped("too_old") == 10)
    }

    @Test func severalRequestsAtOnceKeepEachSeriesInOrder() async throws {
        let bench = RemoteWriteBench {
            $0.queue.maxSamplesPerSend = 5
            $0.queue.minShards = 3
        }
        try await bench.running {
            for time in 1...30 {
                for source: UInt64 in 0..<4 { bench.receive(5, at: Int64(time), source: source) }
            }
            #expect(await bench.exchange.waitForRequests(120))
        }
        var last: [String: Int64] = [:]
        for sample in bench.received.flatMap(\.samples) {
            #expect(sample.time > last[sample.series] ?? 0)
            last[sample.series] = sample.time
        }
        #expect(last.count == 20)
    }

    /// Four targets, four requests under way; one target, one request.
    @Test(arguments: [(4, 4), (1, 1)] as [(UInt64, Int)])
    func onlyDifferentTargetsGoAtOnce(_ targets: UInt64, _ expected: Int) async throws {
        let bench = RemoteWriteBench(then: .silence) {
            $0.queue.maxSamplesPerSend = 5
            $0.queue.minShards = 4
        }
        try await bench.running {
            for number: UInt64 in 0..<8 {
                bench.receive(5, at: Int64(number), source: number % targets)
            }
            #expect(await bench.exchange.waitForRequests(expected))
            for _ in 0..<20 { await ManualClock.letOthersRun() }
            #expect(bench.exchange.sent.count == expected)
        }
    }

    @Test func aFlushDeliversWhatIsOpen() async throws {
        let bench = RemoteWriteBench()
        try await bench.running {
            bench.receive(7, at: 1)
            let lost = await withTaskGroup(of: Int.self) { group in
                group.addTask { await bench.driver.flush(within: .seconds(10)) }
                group.addTask {
                    while !Task.isCancelled { await bench.clock.advance(by: .milliseconds(10)) }
                    return -1
                }
                defer { group.cancelAll() }
                return await group.next() ?? -1
            }
            #expect(lost == 0)
        }
        #expect(bench.received.map(\.samples.count) == [7])
    }

    @Test func aFlushGivesUpInTime() async throws {
        let bench = RemoteWriteBench(then: .failure(HTTPFailure(.connect, "refused")))
        try await bench.running {
            bench.receive(7, at: 1)
            let left = await withTaskGroup(of: Int.self) { group in
                group.addTask { await bench.driver.flush(within: .seconds(1)) }
                #expect(await bench.exchange.waitForRequests(1))
                group.addTask {
                    while !Task.isCancelled { await bench.clock.advance(by: .milliseconds(10)) }
                    return -1
                }
                defer { group.cancelAll() }
                return await group.next() ?? -1
            }
            #expect(left == 7)
        }
        #expect(bench.dropped("shutdown") == 7)
        #expect(bench.driver.samplesLost == 7 && bench.driver.pendingSamples == 0)
    }

    @Test func labelsAreRewrittenOnTheWay() async throws {
        let document = try RelabelRules.read(
            """
            - {source_labels: [n], regex: '[1-9]', action: drop}
            - {target_label: cluster, replacement: prod}
            - {regex: v, action: labeldrop}
            """
        )
        let bench = RemoteWriteBench {
            $0.relabeling = document
            $0.queue.maxSamplesPerSend = 2
        }
        try await bench.running {
            for time: Int64 in [1, 2] { bench.receive(12, at: time) }
            #expect(await bench.exchange.waitForRequests(3))
        }
        #expect(
            bench.received.flatMap(\.samples).prefix(3).map { "\($0.series) \($0.time)" } == [
                "m{cluster=prod,n=0,s=0} 1", "m{cluster=prod,n=10,s=0} 1",
                "m{cluster=prod,n=11,s=0} 1",
            ]
        )
        #expect(bench.dropped("dropped_series") == 18)
    }

    /// A target whose tables were rebuilt gives its series other numbers.
    @Test func rewrittenLabelsFollowANewGeneration() async throws {
        let rewriting = try RelabelRules.read("- {source_labels: [v], target_label: size}")
        let rewritten = RemoteWriteBench {
            $0.relabeling = rewriting
            $0.queue.maxSamplesPerSend = 1
        }
        try await rewritten.running {
            rewritten.receive(1, at: 1, size: 1)
            rewritten.receive(1, at: 2, size: 2, generation: 1)
            rewritten.driver.forget(source: 0)
            rewritten.receive(1, at: 3, size: 3)
            #expect(await rewritten.exchange.waitForRequests(3))
        }
        #expect(
            rewritten.received.flatMap(\.samples).map(\.series) == [
                "m{n=0,s=0,size=v,v=v}", "m{n=0,s=0,size=vv,v=vv}", "m{n=0,s=0,size=vvv,v=vvv}",
            ]
        )
    }

    @Test func metadataIsSentAtItsInterval() async {
        struct Families: MetadataProvider {
            func metadata() async -> [MetricMetadata] {
                [MetricMetadata(family: "a", kind: .gauge), MetricMetadata(family: "b")]
            }
        }
        let bench = RemoteWriteBench { $0.metadata.maxSamplesPerSend = 1 }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await bench.driver.run(metadata: Families()) }
            #expect(await bench.clock.waitForSleepers(3))
            await bench.clock.advance(by: .seconds(60))
            #expect(await bench.exchange.waitForRequests(2))
            group.cancelAll()
        }
        #expect(bench.received.flatMap(\.metadata).map(\.family) == ["a", "b"])
        #expect(bench.meter("prometheus_remote_storage_metadata_total") == 2)
    }
}
