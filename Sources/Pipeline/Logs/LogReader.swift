package import Codecs
package import Telemetry

/// The content of one generation, from which each sink reads at its own pace.
package protocol LogContent: Sendable {
    /// Makes a reader that goes on at `bookmark`; it is used on one thread only.
    func makeReader(at bookmark: LogBookmark) -> any LogReader

    /// Whether the bytes before `bookmark` are those that its marker was made of.
    func holds(_ bookmark: LogBookmark) -> Bool

    /// What lies between two offsets, as far as that is known without reading it.
    func extent(of offsets: Range<Int64>) -> LogAccount.Count
}

extension LogContent {
    /// Offsets count bytes.
    package func extent(of offsets: Range<Int64>) -> LogAccount.Count {
        LogAccount.Count(bytes: offsets.count)
    }

    /// Of some bookmarks the one furthest on whose marker stands in this content.
    func furthest(of bookmarks: [LogBookmark]) -> LogBookmark? {
        bookmarks.filter { $0.marker != 0 && self.holds($0) }
            .max { $0.position.resume < $1.position.resume }
    }

    /// What lies behind `offset` in a content of that size.
    func extent(from offset: Int64, size: Int64) -> LogAccount.Count {
        offset < size ? self.extent(of: offset..<size) : LogAccount.Count()
    }
}

/// Reads one generation for one sink.
package protocol LogReader: AnyObject {
    /// Where the next read starts: bytes from a file's start, or the number of a journal's entry.
    var offset: Int64 { get }

    /// Fills the empty `batch` with the next records, from at most `limit` bytes.
    ///
    /// Lines that wait for their end are kept in `assembly`, which belongs to the whole container.
    /// `isFinal` says that nothing will be added any more, so that a line without end is one.
    func read(
        into batch: inout LogBatch,
        with assembly: inout LineAssembly,
        limit: Int,
        isFinal: Bool,
    ) throws(LogReadError) -> LogRead

    /// A hash of the bytes before an offset that was read; see `LogBookmark.marker`.
    func marker(at offset: Int64) -> UInt64
}

extension LogReader {
    /// No marker, for what can't be rewritten.
    package func marker(at offset: Int64) -> UInt64 { 0 }
}

/// What one read brought besides records.
package struct LogRead: Sendable {
    /// What the decoder made of the bytes.
    package var lines: LineDecoder.Result
    /// Where the content ends, when the read came to its end; nil when there is more.
    package var end: Int64?
    /// A hash of the bytes before `offset`; see `LogBookmark.marker`.
    package var marker: UInt64
    /// What was thrown away before it could be read.
    package var expired = LogAccount.Count()
    /// What is there, but damaged.
    package var unreadable = LogAccount.Count()

    /// Describes a read.
    package init(lines: LineDecoder.Result, end: Int64?, marker: UInt64) {
        self.lines = lines
        self.end = end
        self.marker = marker
    }
}

/// Why a generation can't be read on.
package enum LogReadError: Error, Sendable, Hashable {
    /// The bytes that were read are not there any more: the file was truncated or rewritten.
    case rewritten
    /// The system call's error.
    case failed(String)
}
