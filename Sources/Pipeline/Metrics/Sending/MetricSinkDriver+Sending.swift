import Synchronization
import Telemetry

extension MetricSinkDriver {
    /// Why a flush does not wait for a receiver that fails: the disk keeps what is left.
    private static let failingPatience = Duration.seconds(2)
    /// How often a block may be written anew before that counts as a refusal.
    private static let rewriteLimit = 3

    /// Sends until the task is cancelled; then what is left goes to disk.
    ///
    /// Once in a driver's life: what is received after the end is dropped and counted.
    package func run(metadata: (any MetadataProvider)? = nil) async {
        let worker = self.makeWorker()
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.dispatch() }
            group.addTask { await self.sealOnTime() }
            group.addTask { await self.adaptOnTime() }
            if let worker { group.addTask { await self.tendDisk(worker) } }
            if let metadata, self.metadataOptions.send {
                group.addTask { await self.sendMetadata(of: metadata) }
            }
        }
        await self.close(worker)
    }

    /// Gets everything that was received delivered, while `run()` goes on.
    ///
    /// For the shutdown, after the last scrape. What is not delivered in time, or soon where the
    /// receiver fails, is written to disk at the end of `run()`.
    ///
    /// - Returns: The samples that were not delivered.
    package func flush(within limit: Duration) async -> Int {
        self.sealDue(all: true)
        let start = self.clock.monotonicNanoseconds
        while self.pendingSamples > 0 {
            let waited = self.clock.monotonicNanoseconds - start
            let patience = self.hasFailingReceiverWithDisk ? Self.failingPatience : limit
            if waited >= min(patience, limit).nanoseconds { break }
            do {
                try await self.clock.sleep(for: .milliseconds(10))
            } catch {
                break
            }
        }
        return self.pendingSamples
    }

    private var hasFailingReceiverWithDisk: Bool {
        self.state.withLock { $0.disk.phase == .open && $0.pace.isFailing }
    }

    // MARK: Tasks

    private enum Step {
        case send(BlockQueue.Entry)
        case pause(Duration)
        case rest
    }

    /// Starts requests as they may; each has a task of its own.
    private func dispatch() async {
        await withDiscardingTaskGroup { group in
            while !Task.isCancelled {
                switch self.nextStep() {
                case .send(let entry): group.addTask { await self.deliver(entry) }
                case .pause(let wait): await self.sendBell.wait(for: wait, on: self.clock)
                case .rest: await self.sendBell.wait()
                }
            }
        }
    }

    private func nextStep() -> Step {
        let now = self.clock.monotonicNanoseconds
        return self.state.withLock { state in
            if let wait = state.pace.wait(now: now) { return .pause(wait) }
            let limit = state.pace.limit(state.shards.shards)
            while let entry = state.queue.start(limit: limit) {
                if !self.isTooOld(entry.block) { return .send(entry) }
                self.drop(entry.block.counts, .tooOld, &state)
                self.finish(entry.ticket, &state)
            }
            return .rest
        }
    }

    private func isTooOld(_ block: SampleBlock) -> Bool {
        let limit = self.options.sampleAgeLimit.nanoseconds
        return limit > 0 && self.clock.wallNanoseconds - block.newest * 1_000_000 > limit
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

    private func adaptOnTime() async {
        self.meters.shards.set(Double(self.options.minShards))
        self.meters.shardsDesired.set(Double(self.options.minShards))
        while !Task.isCancelled {
            do {
                try await self.clock.sleep(for: ShardControl.interval)
            } catch {
                return
            }
            self.adapt()
            self.ringBells()
        }
    }

    /// Decides how many requests may be under way.
    private func adapt() {
        let last = self.status.withLock(\.lastSuccess)
        let now = self.clock.wallNanoseconds
        self.state.withLock { state in
            var situation = ShardControl.Situation()
            situation.backlog = Self.pending(state).total - state.open.counts.total
            if state.newestIn > state.newestSent, state.newestSent != Int64.min {
                situation.delay = Double(state.newestIn - state.newestSent) / 1000
            }
            situation.sinceSuccess = last == 0 ? nil : Double(now - last) * 1e-9
            _ = state.shards.tick(situation)
            self.meters.shards.set(Double(state.shards.shards))
            self.meters.shardsDesired.set(state.shards.desired)
        }
    }

    // MARK: One block

    /// Sends a block once, or at once again where the sink writes it anew.
    private func deliver(_ entry: BlockQueue.Entry) async {
        var attempt = entry.attempts
        var rewrites = 0
        while true {
            let start = self.clock.monotonicNanoseconds
            let result = await self.attempt(entry.block, attempt)
            if case .answered(.rewrite) = result, rewrites < Self.rewriteLimit, !Task.isCancelled {
                rewrites += 1
                attempt += 1
                continue
            }
            self.settle(entry, result, start: start)
            self.ringBells()
            return
        }
    }

    /// What became of a try.
    enum Attempt {
        case answered(SampleDelivery)
        case unreadable(String)
    }

    func attempt(_ block: SampleBlock, _ attempt: Int) async -> Attempt {
        let request: HTTPRequest
        var leftOut = SampleCounts()
        do throws(SampleBlock.Unreadable) {
            request = try self.sink.request(for: block, attempt: attempt, leavingOut: &leftOut)
        } catch {
            return .unreadable(error.reason)
        }
        let start = self.clock.monotonicNanoseconds
        defer {
            let spent = self.clock.monotonicNanoseconds - start
            self.meters.duration.observe(Double(spent) * 1e-9)
        }
        self.meters.requests.add()
        do throws(HTTPFailure) {
            let response = try await self.exchange.send(request)
            let now = self.clock.wallNanoseconds / 1_000_000_000
            var delivery = self.sink.interpret(response, of: block, now: now)
            if delivery == .accepted, leftOut != SampleCounts() {
                var written = block.counts
                written.remove(leftOut)
                let reason = "the receiver's format can't carry \(leftOut.histograms) histograms"
                delivery = .rejected(reason: reason, written: written)
            }
            if delivery != .accepted { self.meters.requestsFailed.add() }
            return .answered(delivery)
        } catch {
            self.meters.requestsFailed.add()
            // A request that can't be made will not be better the next time, but nothing was lost
            // by the receiver either: the user may put the URL's host or certificate right.
            return .answered(.retry(after: nil, reason: error.description))
        }
    }
}
