import Host

extension LogPipeline {
    /// How many may look on at a time.
    package static var tapLimit: Int { LogTaps.limit }

    /// Lets somebody look on while records pass; what is returned must be sent.
    package func tap(_ options: LogTapOptions) throws(LogTapRefusal) -> LogTap {
        let result: Result<LogTap, LogTapRefusal>
        do throws(HostError) {
            result = try self.taps.add { () throws(HostError) in try self.makeTap(options) }
        } catch {
            throw .failed("\(error)")
        }
        return try result.get()
    }

    private func makeTap(_ options: LogTapOptions) throws(HostError) -> LogTap {
        let channel = LogTapChannel(options, missed: LogTaps.missed(in: self.context.meters))
        // What it reads is read a second time: it stands in no counter of the sinks'.
        var context = self.context
        context.meters = Meters()
        var settings = LogPump.Settings(name: LogTapSink.name.rawValue)
        settings.looksOn = options
        settings.metadata = self.metadata
        if !self.rules.isEmpty { settings.rules = self.rules.counting(in: context.meters) }
        let pump = LogPump(
            settings,
            sink: LogTapSink(options, for: channel, host: context.nodeName),
            transport: channel,
            catalogue: self.catalogue,
            ledger: LogLedger(clock: context.clock),
            context: context,
            executor: try ThreadExecutor("tap"),
        )
        return LogTap(pump, channel, among: self.taps)
    }
}
