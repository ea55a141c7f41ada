import Synchronization
import Logging
import Telemetry

// Everything here runs under the lock.
extension MetricSinkDriver {
    /// Queues a block: behind those in memory, or behind those on disk while there are some.
    func enqueue(_ block: SampleBlock, _ state: inout State) {
        let now = self.clock.monotonicNanoseconds
        if state.isClosed {
            self.drop(block.counts, .shutdown, &state)
        } else if state.disk.isHolding {
            state.disk.send(block, since: now)
        } else {
            state.queue.push(block, since: now)
        }
        self.spillIfDue(now, &state)
        self.enforceBounds(&state)
        self.publish(&state)
    }

    /// Drops the oldest of what is in memory only until the rest is within the bounds.
    private func enforceBounds(_ state: inout State) {
        while self.isBeyond(1, state) {
            guard
                let oldest = state.queue.removeOldest()?.block ?? state.disk.removeOldest()
            else { break }
            self.drop(oldest.counts, .queueFull, &state)
            self.meters.enqueueRetries.add()
            self.noteOverflow(&state)
        }
    }

    /// Whether what is in memory is more than a part of the bounds.
    private func isBeyond(_ divisor: Int, _ state: borrowing State) -> Bool {
        let bytes = state.queue.tally.bytes + state.disk.leaving.bytes
        let samples = state.queue.tally.counts.total + state.disk.leaving.counts.total
        return bytes > self.options.maxPendingBytes / divisor
            || samples > self.options.maxPendingSamples / divisor
    }

    private func noteOverflow(_ state: inout State) {
        if state.isOverflowing { return }
        state.isOverflowing = true
        self.logger.error(
            "the queue is full: the oldest samples are dropped until the receiver keeps up",
            metadata: [
                "max_pending_bytes": "\(self.options.maxPendingBytes)",
                "max_pending_samples": "\(self.options.maxPendingSamples)",
            ],
        )
    }

    // MARK: To disk

    /// Sends to disk what waits in memory when it is too much, or has waited for too long.
    func spillIfDue(_ now: Int64, _ state: inout State) {
        // After an error memory goes on alone for a while: what waits for a write is not sent.
        guard state.disk.phase == .open, !state.disk.isSpilling, now >= state.disk.nextTry
        else { return }
        let isOld =
            state.queue.oldestUnsaved.map {
                now - $0 >= self.options.disk.spillAfter.nanoseconds
            } ?? false
        let isMuch = self.isBeyond(MetricQueueOptions.spillDivisor, state)
        if isMuch { self.meters.enqueueRetries.add() }
        if isOld || isMuch { self.spill(now, &state) }
    }

    /// Sends to disk all that is in memory only; new blocks follow it.
    func spill(_ now: Int64, _ state: inout State) {
        state.disk.isSpilling = true
        var outgoing: [DiskState.Outgoing] = []
        for entry in state.queue.spill() {
            let isSending = entry.isSending
            outgoing.append(
                DiskState.Outgoing(
                    block: entry.block,
                    ticket: isSending ? entry.ticket : nil,
                    since: entry.since,
                )
            )
            if !isSending { state.disk.leaving.add(entry.block) }
        }
        state.disk.outbox = outgoing + state.disk.outbox
    }

    /// Lets new blocks go past the disk again, when nothing there is before them.
    func endSpillIfDone(_ state: inout State) {
        guard state.disk.isSpilling, state.disk.writing.isEmpty else { return }
        let isPassing = self.options.disk.order == .newestFirst
        let isEmpty = state.disk.waiting.blocks == 0
        guard isEmpty || isPassing, !state.pace.isFailing || state.disk.phase != .open,
            !self.isBeyond(2 * MetricQueueOptions.spillDivisor, state)
                || state.disk.phase != .open
        else { return }
        state.disk.isSpilling = false
        self.bringBack(&state)
        if isEmpty, state.disk.isAnnounced {
            state.disk.isAnnounced = false
            self.logger.notice("no samples wait on disk any more")
        }
    }

    /// Takes back what is on its way to disk and not being written.
    func bringBack(_ state: inout State) {
        for outgoing in state.disk.outbox {
            if let ticket = outgoing.ticket {
                state.queue.noteUnsaved(ticket)
            } else {
                state.disk.leaving.remove(outgoing.block)
                state.queue.push(outgoing.block, since: outgoing.since)
            }
        }
        state.disk.outbox = []
    }

    // MARK: What leaves

    /// Takes a block out of the queue, whatever became of it.
    func finish(_ ticket: UInt64, _ state: inout State) {
        if let record = state.queue.finish(ticket)?.record {
            state.disk.acknowledged.append(record)
        }
        if state.isOverflowing, !self.isBeyond(2, state) {
            state.isOverflowing = false
            self.logger.notice("the queue is less than half full again")
        }
        self.publish(&state)
    }

    /// Seals the block that is due, or any; returns how long until the next may be.
    @discardableResult
    func sealDue(all: Bool = false) -> Duration {
        let now = self.clock.monotonicNanoseconds
        let (isSealed, wait) = self.state.withLock { state -> (Bool, Int64) in
            var wait = self.options.batchSendDeadline.nanoseconds
            if self.folder != nil { wait = min(wait, self.options.disk.spillAfter.nanoseconds) }
            var isSealed = false
            if state.open.count > 0 {
                isSealed = all || state.open.due <= now
                if isSealed {
                    self.seal(&state)
                } else {
                    wait = min(wait, state.open.due - now)
                }
            }
            self.spillIfDue(now, &state)
            if state.disk.phase == .open, !state.disk.isSpilling,
                let oldest = state.queue.oldestUnsaved
            {
                wait = min(wait, oldest + self.options.disk.spillAfter.nanoseconds - now)
            }
            return (isSealed || state.disk.isSpilling, max(wait, 1_000_000))
        }
        if isSealed { self.ringBells() }
        return .nanoseconds(wait)
    }
}
