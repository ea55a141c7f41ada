import Bytes
import Logging
import Telemetry

extension MetricSinkDriver {
    /// Sends all metadata at its interval.
    func sendMetadata(of provider: any MetadataProvider) async {
        while !Task.isCancelled {
            do {
                try await self.clock.sleep(for: self.metadataOptions.sendInterval)
            } catch {
                return
            }
            let families = await provider.metadata()
            var start = 0
            while start < families.count {
                let end = min(families.count, start + self.metadataOptions.maxSamplesPerSend)
                await self.send(families[start..<end])
                start = end
            }
        }
    }

    /// Sends metadata once: the next interval brings all of it again.
    private func send(_ families: ArraySlice<MetricMetadata>) async {
        let payload = Payload(capacity: 4096)
        guard self.sink.encode(families, into: payload) else { return }
        let block = SampleBlock(
            content: .metadata,
            format: .remoteWrite1,
            payload: payload,
            counts: SampleCounts(samples: families.count),
            oldest: 0,
            newest: 0,
            targets: 0,
            number: 0,
        )
        let reason: String
        switch await self.attempt(block, 0) {
        case .answered(.accepted):
            self.meters.metadata.sent.add(families.count)
            self.meters.metadata.bytes.add(payload.bytes.count)
            return
        case .answered(.retry(_, let why)):
            self.meters.metadata.retried.add(families.count)
            reason = why
        case .answered(.rejected(let why, _)), .answered(.rewrite(let why)), .unreadable(let why):
            self.meters.metadata.failed.add(families.count)
            reason = why
        }
        self.logger.debug("metadata was not taken", metadata: ["reason": "\(reason)"])
    }
}
