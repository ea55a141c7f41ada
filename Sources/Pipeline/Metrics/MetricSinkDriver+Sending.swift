import Bytes
import Logging
import Synchronization
import Telemetry

/// What a receiver's page and API entry shows.
package struct MetricSinkStatus: Sendable, Hashable {
    /// Whether the last request succeeded; nil before the first.
    package var isWorking: Bool?
    /// Why the last failing request failed; empty after a success.
    package var lastError = ""
    /// Nanoseconds since 1970 of the last success; 0 before the first.
    package var lastSuccess: Int64 = 0

    /// Nothing sent yet.
    package init() {}
}

extension MetricSinkDriver {
    /// Sends until the task is cancelled.
    package func run(metadata: (any MetadataProvider)? = nil) async {
        await withTaskGroup(of: Void.self) { group in
            for lane in 0..<self.options.shards {
                group.addTask { await self.send(lane: lane) }
            }
            group.addTask { await self.sealOnTime() }
            if let metadata, self.metadataOptions.send {
                group.addTask { await self.sendMetadata(of: metadata) }
            }
        }
    }

    /// Gets everything that was received delivered, while `run()` goes on.
    ///
    /// For the shutdown, after the last scrape: what can't be delivered in time is given up.
    ///
    /// - Returns: The samples that were given up, which are counted as dropped.
    package func flush(within limit: Duration) async -> Int {
        self.sealDue(all: true)
        let deadline = self.clock.monotonicNanoseconds + limit.nanoseconds
        while self.pendingSamples > 0, self.clock.monotonicNanoseconds < deadline {
            do {
                try await self.clock.sleep(for: .milliseconds(10))
            } catch {
                break
            }
        }
        let lost = self.pendingSamples
        if lost > 0 {
            self.meters.samplesUnflushed.add(lost)
            self.logger.error(
                "samples could not be delivered before the shutdown",
                metadata: ["samples": "\(lost)", "waited": "\(limit)"],
            )
        }
        return lost
    }

    /// What the last requests have shown.
    package var currentStatus: MetricSinkStatus { self.status.withLock { $0 } }

    // MARK: Tasks

    private func send(lane: Int) async {
        var backoff = Backoff(minimum: self.options.minBackoff, maximum: self.options.maxBackoff)
        while !Task.isCancelled {
            guard let block = self.take(lane: lane) else {
                await self.bells[lane].wait()
                continue
            }
            guard await self.deliver(block, &backoff) else { return }
            self.finish(lane: lane)
        }
    }

    private func sealOnTime() async {
        while !Task.isCancelled {
            let wait = self.sealDue()
            do {
                try await self.clock.sleep(for: wait)
            } catch {
                return
            }
        }
    }

    /// Sends a block until it is taken, refused or too old; false when the task is cancelled.
    private func deliver(_ block: SampleBlock, _ backoff: inout Backoff) async -> Bool {
        var attempt = 0
        while true {
            if self.isTooOld(block) {
                self.meters.samplesTooOld.add(block.count)
                return true
            }
            let delivery = await self.attempt(block, attempt)
            if Task.isCancelled, delivery != .accepted { return false }
            switch delivery {
            case .accepted:
                backoff.reset()
                self.noteAccepted(block)
                return true
            case .rewrite:
                break
            case .rejected(let reason, _):
                backoff.reset()
                self.noteRejected(block, reason)
                return true
            case .retry(let after, let reason):
                self.meters.samplesRetried.add(block.count)
                self.noteFailure(reason)
                let random = Double.random(in: 0..<1)
                do {
                    try await self.clock.sleep(for: backoff.next(asked: after, random: random))
                } catch {
                    return false
                }
            }
            attempt += 1
        }
    }

    private func attempt(_ block: SampleBlock, _ attempt: Int) async -> SampleDelivery {
        let start = self.clock.monotonicNanoseconds
        defer {
            let spent = self.clock.monotonicNanoseconds - start
            self.meters.duration.observe(Double(spent) * 1e-9)
        }
        self.meters.requests.add()
        do {
            let request: HTTPRequest
            do throws(SampleBlock.Unreadable) {
                request = try self.sink.request(for: block, attempt: attempt)
            } catch {
                return .rejected(reason: error.reason)
            }
            let response = try await self.exchange.send(request)
            let now = self.clock.wallNanoseconds / 1_000_000_000
            let delivery = self.sink.interpret(response, of: block, now: now)
            if delivery != .accepted { self.meters.requestsFailed.add() }
            return delivery
        } catch {
            self.meters.requestsFailed.add()
            // A request that can't be made will not be better the next time, but nothing was lost
            // by the receiver either: the user may put the URL's host or certificate right.
            return .retry(after: nil, reason: error.description)
        }
    }

    private func isTooOld(_ block: SampleBlock) -> Bool {
        let limit = self.options.sampleAgeLimit.nanoseconds
        guard limit > 0, block.content == .samples else { return false }
        return self.clock.wallNanoseconds - block.newest * 1_000_000 > limit
    }

    // MARK: Metadata

    private func sendMetadata(of provider: any MetadataProvider) async {
        while !Task.isCancelled {
            do {
                try await self.clock.sleep(for: self.metadataOptions.sendInterval)
            } catch {
                return
            }
            let families = await provider.metadata()
            var start = 0
            while start < families.count {
                let end = min(families.count, start + self.metadataOptions.maxSamplesPerSend)
                await self.send(families[start..<end])
                start = end
            }
        }
    }

    /// Sends metadata once: the next interval brings all of it again.
    private func send(_ families: ArraySlice<MetricMetadata>) async {
        let payload = Payload(capacity: 4096)
        guard self.sink.encode(families, into: payload) else { return }
        let block = SampleBlock(
            content: .metadata,
            format: .remoteWrite1,
            payload: payload,
            counts: SampleCounts(samples: families.count),
            oldest: 0,
            newest: 0,
            targets: 0,
            number: 0,
        )
        switch await self.attempt(block, 0) {
        case .accepted:
            self.meters.metadata.add(families.count)
            self.meters.metadataBytes.add(payload.bytes.count)
        case .retry(_, let reason), .rejected(let reason, _), .rewrite(let reason):
            self.meters.metadataFailed.add(families.count)
            self.logger.debug("metadata was not taken", metadata: ["reason": "\(reason)"])
        }
    }

    // MARK: What is said, once for each change

    private func noteAccepted(_ block: SampleBlock) {
        self.meters.samples.add(block.count)
        self.meters.bytes.add(block.byteCount)
        self.meters.newestSent.set(Double(block.newest) / 1000)
        let now = self.clock.wallNanoseconds
        let wasFailing = self.status.withLock { status in
            let wasFailing = status.isWorking == false
            status.isWorking = true
            status.lastError = ""
            status.lastSuccess = now
            return wasFailing
        }
        if wasFailing { self.logger.notice("the receiver takes samples again") }
    }

    private func noteRejected(_ block: SampleBlock, _ reason: String) {
        self.meters.samples.add(block.count)
        self.meters.samplesFailed.add(block.count)
        let isNews = self.status.withLock { status in
            let isNews = status.isWorking != false || status.lastError != reason
            status.isWorking = false
            status.lastError = reason
            return isNews
        }
        if !isNews { return }
        self.logger.error(
            "the receiver refuses samples for good; they are dropped",
            metadata: ["reason": "\(reason)", "samples": "\(block.count)"],
        )
    }

    private func noteFailure(_ reason: String) {
        let isNews = self.status.withLock { status in
            let isNews = status.isWorking != false
            status.isWorking = false
            status.lastError = reason
            return isNews
        }
        if !isNews { return }
        self.logger.warning(
            "the receiver can't be reached or asks to wait; samples are kept and sent again",
            metadata: ["reason": "\(reason)"],
        )
    }
}
