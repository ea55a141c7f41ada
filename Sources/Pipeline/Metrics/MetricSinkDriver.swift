import Logging
import Synchronization
package import Telemetry

/// Takes the samples of scrapes, makes requests of them and gets them delivered.
///
/// Samples are encoded and compressed on the scrapes' thread, as soon as they are there; what waits
/// is finished requests, bounded in bytes and in samples, of which the oldest are dropped and
/// counted. A target's series always go through the same lane and a lane sends one request at a
/// time, so the samples of a series arrive in order. Failures and answers 5xx are tried again until
/// they succeed.
package final class MetricSinkDriver: SampleReceiver {
    struct State: ~Copyable {
        var open: [OpenBlock]
        var queue: BlockQueue
        var relabeler: WriteRelabeler?
        var nextNumber: UInt64 = 0
        /// Whether the queue is dropping, so that it is said once.
        var isOverflowing = false
    }

    /// The request that a lane's samples go into at the moment.
    final class OpenBlock {
        let encoder: any SampleEncoder
        var count = 0
        var counts = SampleCounts()
        var oldest = Int64.max
        var newest = Int64.min
        /// Monotonic nanoseconds when the first sample came.
        var since: Int64 = 0

        init(_ encoder: any SampleEncoder) { self.encoder = encoder }
    }

    /// The name in logs and metrics.
    package let name: String
    let sink: any MetricSink
    let options: MetricQueueOptions
    let metadataOptions: MetricMetadataOptions
    let exchange: any HTTPExchange
    let clock: any AgentClock
    let meters: MetricSinkMeters
    let logger: Logger
    let bells: [Doorbell]
    let status = Mutex(MetricSinkStatus())
    private let state: Mutex<State>

    /// Makes a driver; `run()` sends.
    ///
    /// - Parameters:
    ///   - sink: The destination.
    ///   - name: The name in logs and metrics.
    ///   - url: The destination's address in metrics, without secrets.
    ///   - options: Bounds and pace.
    ///   - metadataOptions: Whether and how often metadata is sent.
    ///   - relabeling: What happens to labels on the way to this destination.
    ///   - exchange: What sends requests.
    ///   - context: Clock, meters and log.
    package init(
        _ sink: any MetricSink,
        name: String,
        url: String,
        options: MetricQueueOptions = MetricQueueOptions(),
        metadataOptions: MetricMetadataOptions = MetricMetadataOptions(),
        relabeling: Relabeling = Relabeling(),
        exchange: any HTTPExchange,
        context: ComponentContext,
    ) {
        self.sink = sink
        self.name = name
        self.options = options
        self.metadataOptions = metadataOptions
        self.exchange = exchange
        self.clock = context.clock
        self.meters = MetricSinkMeters(context.meters, name: name, url: url, options: options)
        var logger = context.logger
        logger[metadataKey: "receiver"] = "\(name)"
        self.logger = logger
        self.bells = (0..<options.shards).map { _ in Doorbell() }
        self.state = Mutex(
            State(
                open: (0..<options.shards).map { _ in OpenBlock(sink.makeEncoder()) },
                queue: BlockQueue(
                    lanes: options.shards,
                    byteLimit: options.maxPendingBytes,
                    sampleLimit: options.maxPendingSamples,
                ),
                relabeler: relabeling.isEmpty ? nil : WriteRelabeler(relabeling),
            )
        )
    }

    package func receive(_ samples: borrowing SampleBatch, of series: borrowing SeriesTable) {
        if samples.count == 0 { return }
        let lane = Int(series.source % UInt64(self.options.shards))
        let (sealed, dropped) = self.state.withLock { state in
            guard let relabeler = state.relabeler else {
                return self.encode(samples, of: series, lane: lane, &state)
            }
            let target = relabeler.apply(to: samples, of: series)
            self.meters.samplesRelabeled.add(samples.count - relabeler.batch.count)
            return self.encode(relabeler.batch, of: target.table, lane: lane, &state)
        }
        self.meters.newestIn.set(Double(samples.timestamp) / 1000)
        if sealed { self.bells[lane].ring() }
        if dropped > 0 { self.meters.samplesOverflowed.add(dropped) }
    }

    package func forget(source: UInt64) {
        self.state.withLock { $0.relabeler?.forget(source: source) }
    }

    // MARK: Blocks

    /// Encodes samples into the lane's open block, sealing it as often as it is full.
    private func encode(
        _ samples: borrowing SampleBatch,
        of series: borrowing SeriesTable,
        lane: Int,
        _ state: inout State,
    ) -> (sealed: Bool, dropped: Int) {
        let block = state.open[lane]
        let limit = self.options.maxSamplesPerSend
        var result = (sealed: false, dropped: 0)
        // A scrape that would be torn begins a request of its own.
        if block.count > 0, block.count + samples.count > limit {
            result.dropped += self.seal(lane, &state)
            result.sealed = true
        }
        var next = 0
        while next < samples.count {
            if block.count == 0 { block.since = self.clock.monotonicNanoseconds }
            let end = min(samples.count, next + limit - block.count)
            let (reached, counts) = block.encoder.append(
                samples,
                next..<end,
                of: series,
                limit: MetricQueueOptions.requestLimit,
            )
            block.count += reached - next
            block.counts.add(counts)
            block.oldest = min(block.oldest, samples.timestamp)
            block.newest = max(block.newest, samples.timestamp)
            next = reached
            if next < samples.count || block.count >= limit {
                result.dropped += self.seal(lane, &state)
                result.sealed = true
            }
        }
        return result
    }

    /// Closes the lane's open block and queues it; returns how many samples were dropped for it.
    private func seal(_ lane: Int, _ state: inout State) -> Int {
        let block = state.open[lane]
        if block.count == 0 { return 0 }
        let payload = Payload(capacity: 16)
        let sealed = SampleBlock(
            content: .samples,
            format: block.encoder.finish(into: payload),
            payload: payload,
            counts: block.counts,
            oldest: block.oldest,
            newest: block.newest,
            targets: 1 << UInt64(lane),
            number: state.nextNumber,
        )
        state.nextNumber += 1
        block.count = 0
        block.counts = SampleCounts()
        block.oldest = Int64.max
        block.newest = Int64.min
        let dropped = state.queue.push(sealed).reduce(0) { $0 + $1.count }
        self.noteOverflow(dropped, &state)
        self.publish(state.queue)
        return dropped
    }

    private func noteOverflow(_ dropped: Int, _ state: inout State) {
        if dropped > 0, !state.isOverflowing {
            state.isOverflowing = true
            self.logger.error(
                "the queue is full: the oldest samples are dropped until the receiver keeps up",
                metadata: [
                    "max_pending_bytes": "\(self.options.maxPendingBytes)",
                    "max_pending_samples": "\(self.options.maxPendingSamples)",
                ],
            )
        }
    }

    private func publish(_ queue: borrowing BlockQueue) {
        self.meters.samplesPending.set(Double(queue.sampleCount))
        self.meters.bytesPending.set(Double(queue.byteCount))
        self.meters.blocksPending.set(Double(queue.count))
    }
}

extension MetricSinkDriver {
    /// The next block of a lane.
    func take(lane: Int) -> SampleBlock? {
        self.state.withLock { $0.queue.take(lane: lane) }
    }

    /// Lets go of the block that a lane was sending.
    func finish(lane: Int) {
        let hasRecovered = self.state.withLock { state in
            state.queue.finish(lane: lane)
            self.publish(state.queue)
            guard state.isOverflowing, state.queue.byteCount < state.queue.byteLimit / 2,
                state.queue.sampleCount < state.queue.sampleLimit / 2
            else { return false }
            state.isOverflowing = false
            return true
        }
        if hasRecovered { self.logger.notice("the queue is less than half full again") }
    }

    /// Seals blocks that are due, or all of them; returns how long until the next is due.
    @discardableResult
    func sealDue(all: Bool = false) -> Duration {
        let now = self.clock.monotonicNanoseconds
        let deadline = self.options.batchSendDeadline.nanoseconds
        var wait = deadline
        for lane in 0..<self.options.shards {
            let (isSealed, dropped, rest) = self.state.withLock { state in
                let block = state.open[lane]
                guard block.count > 0 else { return (false, 0, deadline) }
                let rest = block.since + deadline - now
                if !all, rest > 0 { return (false, 0, rest) }
                return (true, self.seal(lane, &state), deadline)
            }
            if isSealed { self.bells[lane].ring() }
            if dropped > 0 { self.meters.samplesOverflowed.add(dropped) }
            wait = min(wait, rest)
        }
        return .nanoseconds(wait)
    }

    /// Samples that wait to be sent or are being sent.
    package var pendingSamples: Int { self.state.withLock { $0.queue.sampleCount } }
}
