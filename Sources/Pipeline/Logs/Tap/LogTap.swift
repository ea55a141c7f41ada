/// Somebody looks on while records pass.
///
/// It is a pump of its own, so that it sees what a sink would be sent, after joining and rules; but
/// it begins at the ends of files, remembers nothing, and nothing waits for it.
package final class LogTap: HTTPBodyStream {
    private let pump: LogPump
    private let channel: LogTapChannel
    private let taps: LogTaps

    init(_ pump: LogPump, _ channel: LogTapChannel, among taps: LogTaps) {
        self.pump = pump
        self.channel = channel
        self.taps = taps
    }

    package func send(to take: @escaping @Sendable (Payload) async -> Bool) async {
        await withTaskGroup { group in
            group.addTask {
                await self.pump.run()
                self.channel.end()
            }
            while let piece = await self.channel.next() {
                if !(await take(piece)) { break }
            }
            self.cancel()
        }
        self.taps.remove(self)
    }

    package func cancel() {
        self.channel.end()
        self.pump.stop()
    }

    /// Lets sources forget it.
    func detach() { self.pump.catalogue.detach(self.pump.mailbox) }
}
