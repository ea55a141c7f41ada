import Synchronization
import Host
import Logging

extension MetricSinkDriver {
    /// How long the disk is left alone after an error.
    private static let retryNanoseconds: Int64 = 10_000_000_000
    /// How much of the disk's blocks is kept in memory, so that senders need not wait for reads.
    private static let readAheadBytes = 4 << 20
    private static let readAheadBlocks = 16

    /// What does the work on disk; nil when none is wanted, or no thread is to be had.
    func makeWorker() -> DiskQueueWorker? {
        guard let folder = self.folder else { return nil }
        do throws(HostError) {
            return try DiskQueueWorker(
                folder: folder,
                options: self.options.disk,
                sampleAgeLimit: self.options.sampleAgeLimit,
            )
        } catch {
            self.state.withLock { state in
                state.disk.phase = .failed
                self.bringBack(&state)
            }
            self.noteDiskTrouble("\(error)")
            return nil
        }
    }

    /// Writes, reads and syncs as it is due, until the task is cancelled.
    func tendDisk(_ worker: DiskQueueWorker) async {
        while !Task.isCancelled {
            let now = self.clock.monotonicNanoseconds
            if self.isDiskToOpen(now) { await self.open(worker) }
            if let work = self.nextWork(now) {
                self.apply(await worker.perform(work))
            } else if let due = self.nextDue(now) {
                await self.diskBell.wait(for: .nanoseconds(max(due, now) - now), on: self.clock)
            } else {
                await self.diskBell.wait()
            }
        }
    }

    /// Ends everything: what is left goes to disk, and what can't is given up and counted.
    func close(_ worker: DiskQueueWorker?) async {
        if let worker {
            if self.state.withLock({ $0.disk.phase != .open }) { await self.open(worker) }
            while let work = self.lastWork() {
                let report = await worker.perform(work)
                self.apply(report)
                if report.error != nil || work.isLast { break }
            }
        }
        let (lost, kept) = self.state.withLock { state -> (SampleCounts, SampleCounts) in
            state.isClosed = true
            self.seal(&state)
            state.disk.isSpilling = false
            self.bringBack(&state)
            var lost = SampleCounts()
            while let entry = state.queue.removeOldest() {
                lost.add(entry.block.counts)
                self.drop(entry.block.counts, .shutdown, &state)
            }
            self.publish(&state)
            return (lost, Self.pending(state))
        }
        if kept.total > 0 {
            self.logger.notice(
                "samples wait on disk for the next start",
                metadata: ["samples": "\(kept.total)"],
            )
        }
        if lost.total > 0 {
            self.logger.error(
                "samples could be neither delivered nor written to disk before the stop",
                metadata: ["samples": "\(lost.total)"],
            )
        }
    }

    // MARK: What is to be done

    private func isDiskToOpen(_ now: Int64) -> Bool {
        self.state.withLock { state in
            state.disk.phase == .opening
                || (state.disk.phase == .failed && now >= state.disk.nextTry)
        }
    }

    private func open(_ worker: DiskQueueWorker) async {
        do throws(QueueFileError) {
            let (found, report) = try await worker.open()
            self.state.withLock { state in
                state.disk.phase = .open
                state.disk.lastError = ""
                state.ledger.recover(found.counts)
                state.disk.isSpilling = found.blocks > 0
                state.disk.waiting = report.waiting
                if !state.disk.isSpilling {
                    self.bringBack(&state)
                    self.spillIfDue(self.clock.monotonicNanoseconds, &state)
                }
            }
            if found.blocks > 0 {
                self.logger.notice(
                    "samples of an earlier run wait on disk; they are sent first",
                    metadata: ["samples": "\(found.counts.total)", "bytes": "\(found.bytes)"],
                )
            }
            self.apply(report)
        } catch {
            let now = self.clock.monotonicNanoseconds
            self.state.withLock { state in
                state.disk.phase = .failed
                state.disk.nextTry = now + Self.retryNanoseconds
                state.disk.isSpilling = false
                self.bringBack(&state)
            }
            self.noteDiskTrouble("\(error)")
        }
        self.sendBell.ring()
    }

    private func nextWork(_ now: Int64) -> DiskQueueWorker.Work? {
        let wall = self.clock.wallNanoseconds / 1_000_000
        return self.state.withLock { state in
            guard state.disk.phase == .open else { return nil }
            var work = DiskQueueWorker.Work()
            work.wall = wall
            work.monotonic = now
            swap(&work.acknowledged, &state.disk.acknowledged)
            if now >= state.disk.nextTry {
                work.writes = state.disk.nextWrites().map {
                    DiskQueueWorker.Write(block: $0.block, isTaken: $0.ticket != nil)
                }
            }
            if state.disk.waiting.blocks > 0 {
                // A receiver that fails is asked with one.
                let window =
                    state.pace.isFailing
                    ? 1 : max(Self.readAheadBlocks, 2 * state.shards.shards)
                work.wantedBlocks = window - state.queue.count
                let bytes = min(Self.readAheadBytes, self.options.maxPendingBytes / 8)
                work.wantedBytes = bytes - state.queue.tally.bytes
            }
            let reads = work.wantedBlocks > 0 && work.wantedBytes > 0
            let isDue = state.disk.nextTend.map { now >= $0 } ?? false
            let isAcknowledged = !work.acknowledged.isEmpty
            return reads || isDue || isAcknowledged || !work.writes.isEmpty ? work : nil
        }
    }

    private func nextDue(_ now: Int64) -> Int64? {
        self.state.withLock { state in
            switch state.disk.phase {
            case .off: return nil
            case .opening, .failed: return max(state.disk.nextTry, now + 1_000_000)
            case .open:
                let retry = state.disk.outbox.isEmpty ? nil : state.disk.nextTry
                return [state.disk.nextTend, retry].compactMap { $0 }.min()
            }
        }
    }

    /// The next part of what is left at the end; nil when nothing can be done.
    private func lastWork() -> DiskQueueWorker.Work? {
        let now = self.clock.monotonicNanoseconds
        let wall = self.clock.wallNanoseconds / 1_000_000
        return self.state.withLock { state in
            guard state.disk.phase == .open else { return nil }
            state.isClosed = true
            if state.open.count > 0 {
                state.isClosed = false
                self.seal(&state)
                state.isClosed = true
            }
            if state.queue.unsaved.blocks > 0 { self.spill(now, &state) }
            var work = DiskQueueWorker.Work()
            work.wall = wall
            work.monotonic = now
            swap(&work.acknowledged, &state.disk.acknowledged)
            work.writes = state.disk.nextWrites().map {
                DiskQueueWorker.Write(block: $0.block, isTaken: false)
            }
            work.isLast = state.disk.outbox.isEmpty
            return work
        }
    }

    // MARK: What came of it

    private func apply(_ report: DiskQueueWorker.Report) {
        let now = self.clock.monotonicNanoseconds
        let wasFailing = self.state.withLock { state in
            self.noteWritten(report, &state)
            for block in report.read {
                state.queue.push(block, record: block.number, since: now)
                var tally = QueueTally()
                tally.add(block)
                self.meters.disk.read.add(tally)
            }
            state.disk.waiting = report.waiting
            state.disk.fileBytes = report.fileBytes
            state.disk.oldest = report.oldest
            state.disk.nextTend = report.nextTend
            self.noteLosses(report.losses, &state)
            let wasFailing = !state.disk.lastError.isEmpty
            if report.error == nil {
                if !report.written.isEmpty { state.disk.lastError = "" }
                self.endSpillIfDone(&state)
            } else {
                state.disk.nextTry = now + Self.retryNanoseconds
                if state.disk.waiting.blocks == 0 {
                    // Memory goes on alone.
                    state.disk.isSpilling = false
                    self.bringBack(&state)
                }
            }
            self.publish(&state)
            return wasFailing && state.disk.lastError.isEmpty
        }
        if let error = report.error { self.noteDiskTrouble("\(error)") }
        if let error = report.losses.unreadable { self.noteDiskTrouble("\(error)") }
        if wasFailing { self.logger.notice("the queue on disk can be written again") }
        self.sendBell.ring()
    }

    private func noteWritten(_ report: DiskQueueWorker.Report, _ state: inout State) {
        let writing = state.disk.writing
        state.disk.writing = []
        if !report.written.isEmpty, !state.disk.isAnnounced {
            state.disk.isAnnounced = true
            self.logger.notice(
                "samples wait on disk until the receiver has taken those before them"
            )
        }
        for (outgoing, record) in zip(writing, report.written) {
            var tally = QueueTally()
            tally.add(outgoing.block)
            if record != nil { self.meters.disk.written.add(tally) }
            guard let ticket = outgoing.ticket else {
                state.disk.leaving.remove(outgoing.block)
                continue
            }
            guard let record else {
                state.queue.noteUnsaved(ticket)
                continue
            }
            // It was sent before it was written.
            if !state.queue.noteSaved(ticket, as: record) {
                state.disk.acknowledged.append(record)
            }
        }
        state.disk.outbox = Array(writing.dropFirst(report.written.count)) + state.disk.outbox
    }

    private func noteLosses(_ losses: DiskQueue.Losses, _ state: inout State) {
        self.drop(losses.full.counts, .diskFull, &state)
        self.drop(losses.tooOld.counts, .tooOld, &state)
        self.drop(losses.damaged.counts, .damaged, &state)
        self.meters.disk.dropped.add(losses.full)
        self.meters.disk.dropped.add(losses.tooOld)
        self.meters.disk.damaged.add(losses.damaged, bytes: losses.damagedBytes)
        for record in losses.expelled {
            guard let entry = state.queue.expel(record: record) else { continue }
            self.drop(entry.block.counts, .diskFull, &state)
            var tally = QueueTally()
            tally.add(entry.block)
            self.meters.disk.dropped.add(tally)
        }
        for record in losses.orphaned { _ = state.queue.expel(record: record, isKept: true) }
        self.sayLosses(losses)
    }

    private func sayLosses(_ losses: DiskQueue.Losses) {
        if losses.isCursorDamaged {
            self.logger.warning(
                "the queue on disk does not know what was sent of it; some samples go out twice"
            )
        }
        if losses.damagedBytes > 0 {
            self.logger.error(
                "the queue on disk is damaged; what is left of it is sent",
                metadata: [
                    "damaged_bytes": "\(losses.damagedBytes)",
                    "lost_requests": "\(losses.damaged.blocks)",
                    "lost_samples": "\(losses.damaged.counts.total)",
                ],
            )
        }
        if losses.full.blocks > 0 {
            self.logger.error(
                "the queue on disk is full: the oldest samples were dropped",
                metadata: [
                    "samples": "\(losses.full.counts.total)",
                    "max_bytes": "\(self.options.disk.maxBytes)",
                ],
            )
        }
    }

    /// Counts an error, and says it when it is the first since the disk worked.
    private func noteDiskTrouble(_ error: String) {
        self.meters.disk.errors.add()
        let isNews = self.state.withLock { state in
            defer { state.disk.lastError = error }
            return state.disk.lastError.isEmpty
        }
        if !isNews { return }
        self.logger.error(
            "the queue on disk can't be used; samples wait in memory alone",
            metadata: ["error": "\(error)"],
        )
    }
}
