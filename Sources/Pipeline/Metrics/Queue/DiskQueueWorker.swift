import Host

/// The queue on disk behind a thread of its own, for everything there may block.
actor DiskQueueWorker {
    /// A block to write.
    struct Write: Sendable {
        let block: SampleBlock
        /// It is being sent at the same time.
        let isTaken: Bool
    }

    /// What is to be done, in this order.
    struct Work: Sendable {
        /// Records that need no sending any more.
        var acknowledged: [UInt64] = []
        var writes: [Write] = []
        /// The most blocks to read, and about how many bytes.
        var wantedBlocks = 0
        var wantedBytes = 0
        /// Milliseconds since 1970.
        var wall: Int64 = 0
        /// Nanoseconds.
        var monotonic: Int64 = 0
        /// Whether everything is to be brought to the disk.
        var isLast = false
    }

    /// What came of it.
    struct Report: Sendable {
        /// The record of each write that was done; nil for a block that is too large.
        var written: [UInt64?] = []
        var read: [SampleBlock] = []
        var losses = DiskQueue.Losses()
        /// What stopped the writes or the syncing.
        var error: QueueFileError?
        var waiting = QueueTally()
        var fileBytes = 0
        /// Milliseconds since 1970 of the oldest sample that waits.
        var oldest: Int64?
        /// When there is something to sync, in monotonic nanoseconds.
        var nextTend: Int64?
    }

    private let executor: ThreadExecutor
    private var queue: DiskQueue

    nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe self.executor.asUnownedSerialExecutor()
    }

    /// Starts the thread; nothing is opened.
    init(folder: String, options: DiskQueueOptions, sampleAgeLimit: Duration) throws(HostError) {
        self.executor = try ThreadExecutor("queue-on-disk")
        self.queue = DiskQueue(
            folder: folder,
            options: options,
            sampleAgeLimit: sampleAgeLimit,
        )
    }

    /// Takes the folder; what was found is what an earlier process had been handed.
    func open() throws(QueueFileError) -> (found: QueueTally, report: Report) {
        let found = try self.queue.open()
        var report = Report()
        self.finish(&report)
        return (found, report)
    }

    /// Does some work; errors are in the report.
    func perform(_ work: Work) -> Report {
        var report = Report()
        for number in work.acknowledged { self.queue.acknowledge(number) }
        do throws(QueueFileError) {
            for write in work.writes {
                report.written.append(try self.queue.append(write.block, isTaken: write.isTaken))
            }
        } catch {
            report.error = error
        }
        self.queue.expire(wall: work.wall)
        var bytes = 0
        while report.read.count < work.wantedBlocks, bytes < work.wantedBytes,
            let block = self.queue.take(wall: work.wall)
        {
            report.read.append(block)
            bytes += block.byteCount
        }
        do throws(QueueFileError) {
            try self.queue.tend(monotonic: work.monotonic, all: work.isLast)
        } catch {
            report.error = report.error ?? error
        }
        self.finish(&report)
        return report
    }

    private func finish(_ report: inout Report) {
        report.losses = self.queue.takeLosses()
        report.waiting = self.queue.waiting
        report.fileBytes = self.queue.fileBytes
        report.oldest = self.queue.oldestTime
        report.nextTend = self.queue.nextTend
    }
}
