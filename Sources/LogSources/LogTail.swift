import Bytes
import Pipeline

/// The last bytes of what was read, for the marker.
struct LogTail: ~Copyable {
    private var bytes = OutputBuffer(capacity: 2 * LogBookmark.markerLength)

    mutating func take(_ new: borrowing Span<UInt8>) {
        let length = LogBookmark.markerLength
        self.bytes.append(new.extracting(last: min(new.count, length)))
        if self.bytes.count > length { self.bytes.removeFirst(self.bytes.count - length) }
    }

    /// See `LogBookmark.marker`.
    var marker: UInt64 {
        self.bytes.count == 0 ? 0 : LogBookmark.marker(of: self.bytes.span)
    }
}
