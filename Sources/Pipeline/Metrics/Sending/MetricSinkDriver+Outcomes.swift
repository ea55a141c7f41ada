import Logging
import Synchronization

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
    /// What the last requests have shown.
    package var currentStatus: MetricSinkStatus { self.status.withLock { $0 } }

    /// Does what a try's result asks for.
    func settle(_ entry: BlockQueue.Entry, _ result: Attempt, start: Int64) {
        let block = entry.block
        switch result {
        case .answered(.accepted):
            self.note(block, entry.ticket, refused: SampleCounts(), start)
            self.noteAccepted()
        case .answered(.rejected(let reason, let written)):
            let refused = block.counts.missing(from: written)
            self.note(block, entry.ticket, refused: refused, start)
            self.noteRejected(refused, reason)
        case .answered(.rewrite(let reason)):
            if Task.isCancelled {
                self.state.withLock { $0.queue.putBack(entry.ticket) }
                return
            }
            self.note(block, entry.ticket, refused: block.counts, start)
            self.noteRejected(block.counts, reason)
        case .answered(.retry(let after, let reason)):
            self.noteFailure(entry, reason, after, start)
        case .unreadable(let reason):
            self.state.withLock { state in
                self.drop(block.counts, .damaged, &state)
                self.finish(entry.ticket, &state)
            }
            self.logger.error(
                "samples that waited are damaged; they are dropped",
                metadata: ["reason": "\(reason)", "samples": "\(block.count)"],
            )
        }
    }

    /// Notes that a block was taken but for what was refused of it.
    private func note(
        _ block: SampleBlock,
        _ ticket: UInt64,
        refused: SampleCounts,
        _ start: Int64,
    ) {
        let spent = self.clock.monotonicNanoseconds - start
        self.state.withLock { state in
            var taken = block.counts
            taken.remove(refused)
            state.ledger.send(taken)
            state.ledger.fail(refused)
            state.pace.succeeded()
            state.shards.noteSent(block.count, nanoseconds: spent)
            self.meters.sent.add(block.counts)
            self.meters.failed.add(refused)
            self.meters.bytes.add(block.byteCount)
            if taken.total > 0, block.newest > state.newestSent {
                state.newestSent = block.newest
                self.meters.newestSent.set(Double(block.newest) / 1000)
            }
            self.finish(ticket, &state)
            self.endSpillIfDone(&state)
        }
    }

    // MARK: What is said, once for each change

    private func noteAccepted() {
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

    private func noteRejected(_ refused: SampleCounts, _ reason: String) {
        let isNews = self.status.withLock { status in
            let isNews = status.isWorking != false || status.lastError != reason
            status.isWorking = false
            status.lastError = reason
            return isNews
        }
        if !isNews { return }
        self.logger.error(
            "the receiver refuses samples for good; they are dropped",
            metadata: ["reason": "\(reason)", "samples": "\(refused.total)"],
        )
    }

    private func noteFailure(
        _ entry: BlockQueue.Entry,
        _ reason: String,
        _ after: Duration?,
        _ start: Int64,
    ) {
        let isStopping = Task.isCancelled
        let now = self.clock.monotonicNanoseconds
        let random = Double.random(in: 0..<1)
        self.state.withLock { state in
            state.queue.putBack(entry.ticket)
            if isStopping { return }
            state.pace.failed(start: start, now: now, asked: after, random: random)
        }
        if isStopping { return }
        self.meters.retried.add(entry.block.counts)
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

extension SampleCounts {
    /// What of this is not in `written`, which may say more than was sent.
    fileprivate func missing(from written: SampleCounts) -> SampleCounts {
        SampleCounts(
            samples: self.samples - min(max(written.samples, 0), self.samples),
            histograms: self.histograms - min(max(written.histograms, 0), self.histograms),
            exemplars: self.exemplars - min(max(written.exemplars, 0), self.exemplars),
        )
    }
}
