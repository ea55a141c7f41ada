import Synchronization
import Telemetry

/// Where a receiver's samples are and where they went, at one moment.
package struct MetricSinkCounts: Sendable, Hashable {
    /// What came and what left.
    package var ledger = SampleLedger()
    /// What waits or is being sent, in memory and on disk.
    package var pending = SampleCounts()
    /// The part of it that waits on disk alone.
    package var onDisk = SampleCounts()
    /// The bytes of the queue's files.
    package var diskBytes = 0
    /// Milliseconds since 1970 of the oldest sample on disk; nil when there is none.
    package var oldestOnDisk: Int64?
    /// Why the queue on disk can't be used; empty when it can or none is wanted.
    package var diskError = ""
}

extension MetricSinkDriver {
    /// Where the samples are and where they went.
    package var counts: MetricSinkCounts {
        self.state.withLock { state in
            var counts = MetricSinkCounts()
            counts.ledger = state.ledger
            counts.pending = Self.pending(state)
            counts.onDisk = state.disk.waiting.counts
            counts.diskBytes = state.disk.fileBytes
            counts.oldestOnDisk = state.disk.oldest
            counts.diskError = state.disk.lastError
            return counts
        }
    }

    /// Samples that the receiver has taken since the start.
    package var samplesSent: Int { self.counts.ledger.sent.total }

    /// Samples that were given up since the start: refused, too old, without room, damaged, or left
    /// over at a stop.
    package var samplesLost: Int {
        let ledger = self.counts.ledger
        return ledger.failed.total + ledger.droppedInAll.total
            - ledger.dropped(.droppedSeries).total
    }

    /// Samples that wait to be sent or are being sent.
    package var pendingSamples: Int { self.counts.pending.total }

    /// What waits in the open block, in memory, on its way to disk and there.
    static func pending(_ state: borrowing State) -> SampleCounts {
        var pending = state.open.counts
        pending.add(state.queue.tally.counts)
        pending.add(state.disk.leaving.counts)
        pending.add(state.disk.waiting.counts)
        return pending
    }

    // MARK: Movements, under the lock

    /// Notes what was encoded; returns what of it is in the request.
    func noteEncoded(_ counts: SampleCounts, _ state: inout State) -> SampleCounts {
        let kept = SampleCounts(
            samples: counts.samples,
            histograms: counts.histograms,
            exemplars: counts.exemplars,
        )
        state.ledger.receive(kept)
        for (count, reason) in [
            (counts.droppedHistograms, SampleLedger.Reason.customBuckets),
            (counts.unwantedHistograms, .unwantedHistograms),
        ] where count > 0 {
            let dropped = SampleCounts(histograms: count)
            state.ledger.receive(dropped)
            self.drop(dropped, reason, &state)
        }
        return kept
    }

    /// Notes what `write_relabel_configs` has dropped.
    func noteRelabeled(
        _ before: borrowing SampleBatch,
        _ after: borrowing SampleBatch,
        _ state: inout State,
    ) {
        let histograms = before.histograms.count - after.histograms.count
        let dropped = SampleCounts(
            samples: before.count - after.count - histograms,
            histograms: histograms,
            exemplars: before.exemplars.count - after.exemplars.count,
        )
        state.shards.noteReceived(before.count, dropped: before.count - after.count)
        if dropped == SampleCounts() { return }
        state.ledger.receive(dropped)
        self.drop(dropped, .droppedSeries, &state)
    }

    /// Notes what left without being sent.
    func drop(_ counts: SampleCounts, _ reason: SampleLedger.Reason, _ state: inout State) {
        if counts == SampleCounts() { return }
        state.ledger.drop(counts, reason)
        self.meters.dropped(reason).add(counts)
    }

    /// Shows what waits.
    func publish(_ state: inout State) {
        self.meters.pending.set(Self.pending(state))
        self.meters.blocksPending.set(
            Double(state.queue.count + state.disk.leaving.blocks + state.disk.waiting.blocks)
        )
        self.meters.bytesPending.set(
            Double(state.queue.tally.bytes + state.disk.leaving.bytes)
        )
        self.meters.disk.waiting.set(state.disk.waiting)
        self.meters.disk.bytes.set(Double(state.disk.fileBytes))
        self.meters.disk.oldest.set(state.disk.oldest.map { Double($0) / 1000 } ?? 0)
    }
}
