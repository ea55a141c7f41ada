import Bytes
import Logging
import Telemetry

/// Brings requests to a sink: retries, splits them, sends turned-away items again.
struct LogDelivery: Sendable {
    /// What came of a request.
    struct Receipt: Sendable {
        /// Whether every item was taken or refused; if not, nothing of it counts.
        var isSettled = true
        /// What was refused for good, by segment and reason.
        var refusals: [Refusal] = []
    }

    /// Items of one segment that were refused.
    struct Refusal: Sendable {
        let segment: Int
        let count: LogAccount.Count
        let loss: LogAccount.Loss
    }

    /// A part of a request that is sent by itself.
    private struct Part {
        var payload: Payload
        var items: [LogItem]
    }

    let transport: any LogTransport
    let options: LogDeliveryOptions
    let clock: any AgentClock
    let meters: LogSinkMeters
    let notice: LogFaultNotice
    let stopping: LogStop

    /// Delivers a request; returns unsettled when it is stopped between attempts or cancelled.
    func deliver(_ request: LogRequest) async -> Receipt {
        var receipt = Receipt()
        var parts = [Part(payload: request.payload, items: request.items)]
        var backoff = Backoff(minimum: self.options.minBackoff, maximum: self.options.maxBackoff)
        var attempt = 0
        while var part = parts.popLast() {
            let outcome = await self.send(part, attempt)
            var wait: Duration?
            switch outcome {
            case .accepted:
                self.notice.recovered()
                backoff.reset()
            case .retry(let asked, let reason):
                self.notice.failed(reason)
                wait = backoff.next(asked: asked, random: Double.random(in: 0..<1))
                self.meters.retried.add(part.items.records)
                parts.append(part)
                attempt += 1
            case .split(let reason):
                if part.items.count > 1 {
                    parts.append(contentsOf: Self.halves(of: part))
                } else {
                    self.refuse(part.items, .tooLarge, reason, &receipt)
                }
            case .rejected(let reason):
                self.refuse(part.items, .rejected, reason, &receipt)
                backoff.reset()
            case .partial(let retry, let rejected):
                for item in rejected where part.items.indices.contains(item.index) {
                    self.refuse([part.items[item.index]], .rejected, item.reason, &receipt)
                }
                if retry.isEmpty {
                    self.notice.recovered()
                    break
                }
                Self.keep(retry, of: &part)
                self.notice.failed("the sink turned away \(part.items.count) items for now")
                wait = backoff.next(asked: nil, random: Double.random(in: 0..<1))
                self.meters.retried.add(part.items.records)
                parts.append(part)
                attempt += 1
            }
            guard let wait else { continue }
            await self.stopping.wait(for: wait, on: self.clock)
            if Task.isCancelled || self.stopping.isFinishing {
                receipt.isSettled = false
                return receipt
            }
        }
        return receipt
    }

    private func send(_ part: Part, _ attempt: Int) async -> Outcome {
        if part.items.isEmpty { return .accepted }
        let start = self.clock.monotonicNanoseconds
        let items = part.items.count
        let bytes = part.payload.bytes.count
        let outcome = await self.transport.send(part.payload, items: items, attempt: attempt)
        self.meters.requests.add()
        self.meters.requestBytes.add(bytes)
        self.meters.duration.observe(
            Double(self.clock.monotonicNanoseconds - start) / 1_000_000_000
        )
        if outcome != .accepted { self.meters.failures.add() }
        return outcome
    }

    private func refuse(
        _ items: [LogItem],
        _ loss: LogAccount.Loss,
        _ reason: String,
        _ receipt: inout Receipt,
    ) {
        self.notice.refused(items.records, reason)
        self.meters.rejected.add(items.records)
        for item in items {
            let count = LogAccount.Count(bytes: Int(item.sourceBytes), records: Int(item.records))
            receipt.refusals.append(
                Refusal(segment: Int(item.segment), count: count, loss: loss)
            )
        }
    }

    /// The two halves of a part; the first one is to be sent first.
    private static func halves(of part: Part) -> [Part] {
        let middle = part.items.count / 2
        let cut = Int(part.items[middle - 1].end)
        let payload = Payload(capacity: part.payload.bytes.count - cut)
        payload.append(cut..<part.payload.bytes.count, of: part.payload)
        part.payload.bytes.truncate(to: cut)
        let rest = part.items[middle...].map { item in
            var item = item
            item.end -= UInt32(cut)
            return item
        }
        return [
            Part(payload: payload, items: rest),
            Part(payload: part.payload, items: Array(part.items[..<middle])),
        ]
    }

    /// Leaves only the items at `places`, which rise.
    private static func keep(_ places: [Int], of part: inout Part) {
        let kept = Payload(capacity: 4096)
        var items: [LogItem] = []
        for place in places where part.items.indices.contains(place) {
            var item = part.items[place]
            let start = place == 0 ? 0 : Int(part.items[place - 1].end)
            kept.append(start..<Int(item.end), of: part.payload)
            item.end = UInt32(kept.bytes.count)
            items.append(item)
        }
        part = Part(payload: kept, items: items)
    }
}

extension [LogItem] {
    /// Records in all items.
    var records: Int { self.reduce(0) { $0 + Int($1.records) } }
}
