import Logging
import Synchronization
package import Telemetry

/// Takes the samples of scrapes, makes requests of them and gets them delivered.
///
/// Samples are encoded and compressed on the scrapes' thread, as soon as they are there, into one
/// open block; what waits is finished requests. A block says which targets it has samples of, and no
/// two blocks that share one are sent at the same time, so the samples of a series arrive in order
/// however many requests are under way. Failures and answers 5xx are tried again until they succeed.
///
/// What waits in memory is bounded in bytes and samples. What can't be sent for `spill_after`, or is
/// more than a part of the bounds, goes to a queue on disk and from there back into memory when its
/// turn comes; see `DiskQueue`. In ordinary work nothing is written.
package final class MetricSinkDriver: SampleReceiver {
    struct State: ~Copyable {
        var open: OpenBlock
        var queue = BlockQueue()
        var disk: DiskState
        var pace: DeliveryPace
        var shards: ShardControl
        var ledger = SampleLedger()
        var relabeler: WriteRelabeler?
        var nextNumber: UInt64 = 0
        /// Milliseconds since 1970 of the newest samples that came and were sent.
        var newestIn = Int64.min
        var newestSent = Int64.min
        /// Whether the queue is dropping, so that it is said once.
        var isOverflowing = false
        /// Whether sending has ended for good.
        var isClosed = false
    }

    /// The request that samples go into at the moment.
    final class OpenBlock {
        let encoder: any SampleEncoder
        var count = 0
        var counts = SampleCounts()
        var oldest = Int64.max
        var newest = Int64.min
        var targets: UInt64 = 0
        /// Monotonic nanoseconds when it is sealed, full or not.
        var due: Int64 = 0

        init(_ encoder: any SampleEncoder) { self.encoder = encoder }
    }

    /// The part of `batch_send_deadline` that chance takes off, so that agents that were started
    /// together don't send together.
    private static let jitter = 0.1

    /// The name in logs and metrics.
    package let name: String
    let sink: any MetricSink
    let options: MetricQueueOptions
    let metadataOptions: MetricMetadataOptions
    let exchange: any HTTPExchange
    let clock: any AgentClock
    let meters: MetricSinkMeters
    let logger: Logger
    /// The folder of the queue on disk; nil without one.
    let folder: String?
    /// Rings when something may be sent.
    let sendBell = Doorbell()
    /// Rings when the queue on disk may have something to do.
    let diskBell = Doorbell()
    let status = Mutex(MetricSinkStatus())
    let state: Mutex<State>

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
    ///   - context: Clock, meters, log and the folder below which the queue on disk is.
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
        self.folder =
            options.disk.maxBytes == 0
            ? nil : MetricQueueFolders.path(of: name, in: context.stateDirectory)
        self.state = Mutex(
            State(
                open: OpenBlock(sink.makeEncoder()),
                disk: DiskState(isConfigured: options.disk.maxBytes > 0),
                pace: DeliveryPace(minimum: options.minBackoff, maximum: options.maxBackoff),
                shards: ShardControl(
                    minimum: options.minShards,
                    maximum: min(options.maxShards, MetricQueueOptions.shardLimit),
                    batchSendDeadline: options.batchSendDeadline,
                ),
                relabeler: relabeling.isEmpty ? nil : WriteRelabeler(relabeling),
            )
        )
    }

    package func receive(_ samples: borrowing SampleBatch, of series: borrowing SeriesTable) {
        if samples.count == 0 { return }
        let isSealed = self.state.withLock { state in
            state.newestIn = max(state.newestIn, samples.timestamp)
            guard let relabeler = state.relabeler else {
                state.shards.noteReceived(samples.count, dropped: 0)
                return self.encode(samples, of: series, &state)
            }
            let target = relabeler.apply(to: samples, of: series)
            self.noteRelabeled(samples, relabeler.batch, &state)
            return self.encode(relabeler.batch, of: target.table, &state)
        }
        self.meters.newestIn.set(Double(samples.timestamp) / 1000)
        if isSealed { self.ringBells() }
    }

    package func forget(source: UInt64) {
        self.state.withLock { $0.relabeler?.forget(source: source) }
    }

    func ringBells() {
        self.sendBell.ring()
        if self.folder != nil { self.diskBell.ring() }
    }

    // MARK: Blocks

    /// Encodes samples into the open block, sealing it as often as it is full; whether it was.
    private func encode(
        _ samples: borrowing SampleBatch,
        of series: borrowing SeriesTable,
        _ state: inout State,
    ) -> Bool {
        let block = state.open
        let limit = self.options.maxSamplesPerSend
        var isSealed = false
        // A scrape that would be torn begins a request of its own.
        if block.count > 0, block.count + samples.count > limit {
            self.seal(&state)
            isSealed = true
        }
        var next = 0
        while next < samples.count {
            if block.count == 0 { block.due = self.nextDeadline() }
            let end = min(samples.count, next + limit - block.count)
            let (reached, counts) = block.encoder.append(
                samples,
                next..<end,
                of: series,
                limit: MetricQueueOptions.requestLimit,
            )
            block.count += reached - next
            block.counts.add(self.noteEncoded(counts, &state))
            block.oldest = min(block.oldest, samples.timestamp)
            block.newest = max(block.newest, samples.timestamp)
            block.targets |= 1 << (series.identity % 64)
            next = reached
            if next < samples.count || block.count >= limit {
                self.seal(&state)
                isSealed = true
            }
        }
        return isSealed
    }

    private func nextDeadline() -> Int64 {
        let deadline = Double(self.options.batchSendDeadline.nanoseconds)
        let wait = deadline * (1 - Double.random(in: 0..<Self.jitter))
        return self.clock.monotonicNanoseconds + Int64(wait)
    }

    /// Closes the open block and queues it.
    func seal(_ state: inout State) {
        let block = state.open
        if block.count == 0 { return }
        let payload = Payload(capacity: 16)
        let sealed = SampleBlock(
            content: .samples,
            format: block.encoder.finish(into: payload),
            payload: payload,
            counts: block.counts,
            oldest: block.oldest,
            newest: block.newest,
            targets: block.targets,
            number: state.nextNumber,
        )
        state.nextNumber += 1
        block.count = 0
        block.counts = SampleCounts()
        block.oldest = Int64.max
        block.newest = Int64.min
        block.targets = 0
        // A scrape of which nothing was wanted leaves an empty request.
        if sealed.counts == SampleCounts() { return }
        self.enqueue(sealed, &state)
    }
}
