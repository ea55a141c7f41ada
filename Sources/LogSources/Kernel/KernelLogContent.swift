import Codecs
import Host
import Pipeline

/// The kernel's log of one start of the machine, read by each sink through a device of its own.
final class KernelLogContent: LogContent {
    /// What a record takes on average, for what is not read yet.
    private static let guessedRecordBytes = 100

    let open: @Sendable () throws(HostError) -> any KernelLogDevice
    let decoder: KernelRecordDecoder
    let clock: any AgentClock

    init(
        decoder: KernelRecordDecoder,
        clock: any AgentClock,
        open: @escaping @Sendable () throws(HostError) -> any KernelLogDevice,
    ) {
        self.decoder = decoder
        self.clock = clock
        self.open = open
    }

    func makeReader(at bookmark: LogBookmark) -> any LogReader {
        KernelLogReader(self, at: bookmark)
    }

    func holds(_ bookmark: LogBookmark) -> Bool { false }

    /// Offsets count records, whose bytes are guessed.
    func extent(of offsets: Range<Int64>) -> LogAccount.Count {
        .init(bytes: offsets.count * Self.guessedRecordBytes, records: offsets.count)
    }
}
