import Host

/// Files that have to be open together to read on in a journal, and up to where they suffice.
///
/// Files that were set aside are read one after the other, as far as they don't overlap: a journal of
/// gigabytes needs few of them open and mapped at a time.
struct JournalStretch: Sendable, Hashable {
    let files: [JournalFile]
    /// The last number that is in these files for certain; nil when they are the last ones.
    let ceiling: Int64?

    /// Chooses from `files` what is needed from number `offset` on; nil when nothing is there.
    init?(of files: [JournalFile], from offset: Int64) {
        let ahead = files.filter { $0.isLive || $0.header.tail >= offset }
        if ahead.isEmpty { return nil }
        let ceiling = ahead.filter { !$0.isLive }.map(\.header.tail).min()
        self.ceiling = ceiling
        self.files = ahead.filter { $0.header.head <= ceiling ?? .max }
    }
}
