import Bytes
import Logging
import Synchronization
import Telemetry

/// Carries records from all files to one sink, at that sink's pace.
///
/// Reads whole chunks in turns (deficit round robin over containers), writes them into a request
/// without keeping them, and encodes the next request while one is under way. One request is under
/// way at a time, so that a killed process sends at most one request's records again. Positions
/// move when the sink has confirmed.
package actor LogPump {
    /// What a pump is made of.
    package struct Settings: Sendable {
        /// The sink's name.
        package var name: String
        /// The folder of checkpoint files; nil for a pump that remembers nothing.
        package var checkpointFolder: String?
        /// What a pump that only looks on wants to see; nil for one that delivers.
        var looksOn: LogTapOptions?
        /// The most bytes of one turn of a container.
        package var quantum = 256 << 10
        /// How long the rest of a line is waited for, once its container writes nothing.
        package var partialTimeout = Duration.seconds(5)
        /// What of pods stands on records.
        package var metadata = LogMetadataOptions()
        /// What is done with records; nil for nothing.
        package var rules: LogRules?

        /// Names a sink and its folder.
        package init(name: String, checkpointFolder: String? = nil) {
            self.name = name
            self.checkpointFolder = checkpointFolder
        }
    }

    let settings: Settings
    let address: String
    let options: LogDeliveryOptions
    let catalogue: LogCatalogue
    let ledger: LogLedger
    let mailbox: LogMailbox
    let meters: LogSinkMeters
    let clock: any AgentClock
    let logger: Logger
    let encoder: any LogEncoder
    let naming: LogNaming
    let notice: LogFaultNotice
    let limits = LogLimits()
    private let delivery: LogDelivery
    let stopping: LogStop
    /// The last generation that there was when it began.
    let newestAtStart: Int
    private let executor: ThreadExecutor
    /// Whether a request is under way.
    private let isSending = Atomic<Bool>(false)

    var checkpoints: LogCheckpoints
    var lanes: [String: LogLane] = [:]
    var cursors: [Int: LogCursor] = [:]
    var identities: [LogIdentity: Int] = [:]
    var queue = LogLaneQueue()
    var waitingLanes: Set<String> = []
    /// Lanes whose first records wait for their pods to be known.
    var unnamedLanes: Set<String> = []
    var touched: Set<Int> = []
    var batch = LogBatch(capacity: 4096)
    /// Stands in for `batch` while that one waits for a record that has to go before it.
    var otherBatch = LogBatch(capacity: 16)
    /// Ways of joining lines that pods asked for and that there are not.
    var unknownJoins: Set<String> = []
    /// Bytes written for each byte read, as it was of late; for the size of the next read.
    var expansion = 3.0

    package nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe self.executor.asUnownedSerialExecutor()
    }

    /// Puts a pump together and has it told of every generation; `run` starts it.
    package init(
        _ settings: Settings,
        sink: any LogSink,
        transport: any LogTransport,
        catalogue: LogCatalogue,
        ledger: LogLedger,
        context: ComponentContext,
        executor: ThreadExecutor,
    ) {
        self.settings = settings
        self.address = sink.destination.address
        self.options = sink.delivery
        self.catalogue = catalogue
        self.ledger = ledger
        self.mailbox = LogMailbox(name: settings.name)
        self.meters = LogSinkMeters(sink: settings.name, in: context.meters)
        self.clock = context.clock
        self.logger = context.logger
        self.encoder = sink.makeEncoder()
        self.naming = LogNaming(settings.metadata, in: context.cluster)
        self.executor = executor
        self.stopping = LogStop(self.mailbox.bell)
        self.notice = LogFaultNotice(
            sink: settings.name,
            clock: context.clock,
            logger: context.logger,
            retrying: self.meters.retrying,
        )
        self.delivery = LogDelivery(
            transport: transport,
            options: sink.delivery,
            clock: context.clock,
            meters: self.meters,
            notice: self.notice,
            stopping: self.stopping,
        )
        self.checkpoints = LogCheckpoints(
            folder: settings.checkpointFolder,
            sink: settings.name,
            clock: context.clock,
            meters: self.meters,
            logger: context.logger,
        )
        // Before any source runs: a file is let go of when every sink that there is has read it.
        self.newestAtStart = catalogue.attach(self.mailbox, waitsFor: settings.looksOn == nil)
    }

    /// Stops reading; `run` returns when the request under way is settled.
    package nonisolated func stop() { self.stopping.set() }

    /// Reads every file to its end once more; `run` returns when that is delivered, or as soon as
    /// the sink fails.
    package nonisolated func finish() { self.stopping.finish() }

    /// Reads and delivers until stopped or cancelled, and writes the last checkpoint.
    package func run() async {
        self.checkpoints.load()
        var filling = LogRequest()
        var sending = LogRequest()
        var isFinishing = false
        while !Task.isCancelled {
            if self.stopping.isFinishing, !isFinishing {
                isFinishing = true
                self.lookAgain()
            }
            self.advance(filling)
            if filling.isEmpty {
                self.settleWithoutSending(filling)
                if isFinishing, self.stopping.isSet || !self.holdsRecords { break }
            }
            if filling.isEmpty {
                await self.rest(filling, sending)
                continue
            }
            let age = self.clock.monotonicNanoseconds - (filling.startedAt ?? 0)
            let wait = self.options.flushInterval - .nanoseconds(age)
            if wait > .zero, self.hasRoom(filling), !isFinishing {
                // What comes in the meantime is read at once, in larger pieces.
                await self.stopping.wait(for: wait, on: self.clock)
                continue
            }
            swap(&filling, &sending)
            guard await self.send(sending, meanwhile: filling) else { break }
            sending.removeAll(keeping: self.options.maxRequestBytes * 2)
        }
        self.checkpoints.close()
    }

    /// Sends a request while the next one is written; false when it was given up.
    private func send(_ request: LogRequest, meanwhile next: LogRequest) async -> Bool {
        let sequence = self.intend(request)
        self.meters.resent.add(request.resent)
        self.isSending.store(true, ordering: .relaxed)
        async let delivered = self.deliver(request)
        self.advance(next)
        while self.isSending.load(ordering: .acquiring) {
            // A sink may be down for hours: what is found meanwhile stands in the ledger all the same.
            await self.mailbox.bell.wait()
            self.receive()
            self.publish()
            self.checkpoints.tend()
        }
        let receipt = await delivered
        if !receipt.isSettled { return false }
        self.settle(request, receipt)
        self.checkpoints.confirm(sequence)
        return true
    }

    private nonisolated func deliver(_ request: LogRequest) async -> LogDelivery.Receipt {
        let receipt = await self.delivery.deliver(request)
        self.isSending.store(false, ordering: .releasing)
        self.mailbox.bell.ring()
        return receipt
    }

    /// Hears what happened, reads what fits the request.
    private func advance(_ request: LogRequest) {
        self.receive()
        if !self.stopping.isSet {
            self.fill(request)
            self.flushWaiting(request)
        }
        self.publish()
        self.checkpoints.tend()
    }

    /// Waits for something to do; gives memory back when that takes long.
    private func rest(_ filling: LogRequest, _ sending: LogRequest) async {
        let before = self.clock.monotonicNanoseconds
        let isTending = !self.waitingLanes.isEmpty || self.checkpoints.needsTending
        let pause: Duration =
            !self.unnamedLanes.isEmpty
            ? Self.namingPause : isTending ? self.pauseUntilDue(before) : .seconds(10)
        await self.mailbox.bell.wait(for: pause, on: self.clock)
        if self.clock.monotonicNanoseconds - before >= 9_000_000_000 {
            filling.removeAll(keeping: 4096)
            sending.removeAll(keeping: 4096)
            self.batch.input.shrink(to: 4096)
        }
    }
}
