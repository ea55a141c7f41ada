import Telemetry

extension LogPump {
    /// Notes where the request will have brought each generation.
    func intend(_ request: LogRequest) -> UInt64 {
        var targets: [Int: LogBookmark] = [:]
        for segment in request.segments { targets[segment.generation] = segment.end }
        let known = targets.compactMap { number, end in
            self.cursors[number].map { ($0.generation, end) }
        }
        return self.checkpoints.intend(known)
    }

    /// Enters what became of a request, and moves on.
    func settle(_ request: LogRequest, _ receipt: LogDelivery.Receipt) {
        var refused: [Int: LogAccount.Count] = [:]
        var confirmed = 0
        for refusal in receipt.refusals {
            let segment = request.segments[refusal.segment]
            refused[refusal.segment, default: .init()] += refusal.count
            self.cursors[segment.generation]?.account.lose(refusal.count, refusal.loss)
        }
        for (index, segment) in request.segments.enumerated() {
            var count = LogAccount.Count(bytes: segment.bytes, records: segment.records)
            if let refused = refused[index] { count -= refused }
            confirmed += count.records
            self.confirm(segment, count)
        }
        self.meters.records.add(confirmed)
        self.publish()
    }

    /// Moves on past what made no records: nothing is sent for it.
    func settleWithoutSending(_ request: LogRequest) {
        for segment in request.segments {
            guard let cursor = self.cursors[segment.generation] else { continue }
            self.checkpoints.set(cursor.generation, segment.end)
            self.confirm(segment, .init())
        }
        request.removeAll(keeping: self.options.maxRequestBytes * 2)
        self.publish()
    }

    private func confirm(_ segment: LogRequest.Segment, _ count: LogAccount.Count) {
        guard let cursor = self.cursors[segment.generation] else { return }
        cursor.account.deliver(count)
        cursor.confirm(segment.end)
        cursor.outstanding -= 1
        self.touched.insert(segment.generation)
    }

    /// Shows what has changed: to the ledger, and to the sources that wait to let go of files.
    func publish() {
        for number in self.touched {
            guard let cursor = self.cursors[number] else { continue }
            self.ledger.publish(
                cursor.generation,
                sink: self.settings.name,
                cursor.account,
                offset: cursor.confirmed.position.resume,
                unread: cursor.isClosed ? nil : cursor.unread,
            )
            if cursor.outstanding == 0, let end = cursor.end, self.settings.looksOn == nil {
                cursor.generation.reportDrained(by: self.settings.name, at: end)
            }
            self.releaseIfDone(cursor)
        }
        self.touched.removeAll(keepingCapacity: true)
    }
}
