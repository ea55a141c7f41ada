import AgentTesting
import Pipeline
import Sinks
import Telemetry
import Testing

/// What the driver makes of a sink's verdicts.
@Suite struct RemoteWriteOutcomeTests {
    @Test func aRewriteIsSentAtOnce() async throws {
        let sink = ScriptedSink { $0 == 415 ? .rewrite(reason: "other format") : .accepted }
        let bench = RemoteWriteBench([.response(status: 415), .response(status: 415)], sink: sink) {
            $0.queue.maxSamplesPerSend = 5
        }
        try await bench.running {
            bench.receive(5, at: 1)
            #expect(await bench.waitUntilEmpty())
        }
        #expect(bench.exchange.sent.count == 3)
        #expect(bench.driver.counts.ledger.sent.samples == 5)
        #expect(bench.meter("prometheus_remote_storage_samples_retried_total") == 0)
    }

    @Test func rewritesWithoutEndAreARefusal() async throws {
        let sink = ScriptedSink { _ in .rewrite(reason: "never happy") }
        let bench = RemoteWriteBench(sink: sink) { $0.queue.maxSamplesPerSend = 5 }
        try await bench.running {
            bench.receive(5, at: 1)
            #expect(await bench.waitUntilEmpty())
        }
        #expect(bench.exchange.sent.count == 4)
        #expect(bench.meter("prometheus_remote_storage_samples_failed_total") == 5)
        #expect(bench.driver.currentStatus.lastError == "never happy")
        #expect(bench.addsUp)
    }

    /// Receivers may say that they wrote more than there was, or less than nothing.
    @Test(arguments: [(3, 2), (0, 5), (9, 0), (-1, 5)])
    func whatWasNotWrittenHasFailed(_ written: Int, _ failed: Int) async throws {
        let sink = ScriptedSink { _ in
            .rejected(reason: "partly", written: SampleCounts(samples: written))
        }
        let bench = RemoteWriteBench(sink: sink) { $0.queue.maxSamplesPerSend = 5 }
        try await bench.running {
            bench.receive(5, at: 1)
            #expect(await bench.waitUntilEmpty())
        }
        #expect(bench.meter("prometheus_remote_storage_samples_total") == 5)
        #expect(bench.meter("prometheus_remote_storage_samples_failed_total") == Double(failed))
        #expect(bench.driver.counts.ledger.sent.samples == 5 - failed)
        #expect(bench.addsUp)
    }

    @Test func aBlockThatCantBeReadIsCountedAndTheNextGoes() async throws {
        let sink = ScriptedSink(unreadable: [1]) { _ in .accepted }
        let bench = RemoteWriteBench(sink: sink) { $0.queue.maxSamplesPerSend = 5 }
        try await bench.running {
            bench.receive(5, at: 1)
            bench.receive(5, at: 2)
            #expect(await bench.waitUntilEmpty())
        }
        #expect(bench.dropped("damaged") == 5)
        #expect(bench.received.map { $0.samples.first?.time } == [2])
        #expect(bench.addsUp)
    }

    /// It is the receiver that asks to wait, so nothing goes to it, of whatever target.
    @Test func retryAfterPausesTheWholeReceiver() async throws {
        let bench = RemoteWriteBench([
            .response(status: 503, headers: [HTTPHeader("Retry-After", "30")])
        ]) {
            $0.queue.maxSamplesPerSend = 5
            $0.queue.minShards = 4
        }
        try await bench.running {
            bench.receive(5, at: 1, source: 1)
            #expect(await bench.exchange.waitForRequests(1))
            #expect(await bench.clock.waitForSleepers(3))
            for source: UInt64 in 2..<6 { bench.receive(5, at: 1, source: source) }
            await bench.clock.advance(by: .seconds(29))
            #expect(bench.exchange.sent.count == 1)
            await bench.clock.advance(by: .seconds(2))
            #expect(await bench.waitUntilEmpty())
        }
        #expect(bench.exchange.sent.count == 6)
    }

    /// A receiver that fails is asked by one request at a time.
    @Test func anOutageIsProbedByOneRequest() async throws {
        let bench = RemoteWriteBench(then: .failure(HTTPFailure(.connect, "refused"))) {
            $0.queue.maxSamplesPerSend = 5
            $0.queue.minShards = 8
            $0.queue.minBackoff = .seconds(1)
            $0.queue.maxBackoff = .seconds(1)
        }
        var before = 0
        try await bench.running {
            for source: UInt64 in 0..<8 { bench.receive(5, at: 1, source: source) }
            // As many as were started before the first of them had failed.
            #expect(await bench.exchange.waitForRequests(1))
            #expect(await bench.clock.waitForSleepers(3))
            before = bench.exchange.sent.count
            // Step by step, so that each wait begins before the time goes on.
            for _ in 0..<10 {
                await bench.clock.advance(by: .seconds(1))
                #expect(await bench.clock.waitForSleepers(3))
            }
        }
        let probes = bench.exchange.sent.count - before
        #expect((8...14).contains(probes), "10 s of waits between 0.8 s and a second")
    }
}
