package import Telemetry

/// Where a sink goes on in a file, and how to see that the file is still the same there.
package struct LogBookmark: Sendable, Hashable {
    /// What is done.
    package var position: LogPosition
    /// A hash of the 32 bytes before the position to resume at, or of all if there are fewer; 0 when
    /// they were not looked at.
    package var marker: UInt64

    /// How many bytes a marker covers at most.
    package static let markerLength = 32

    /// Marks a position.
    package init(_ position: LogPosition = LogPosition(), marker: UInt64 = 0) {
        self.position = position
        self.marker = marker
    }

    /// How many bytes a marker at an offset covers.
    package static func length(at offset: Int64) -> Int {
        Int(min(max(offset, 0), Int64(Self.markerLength)))
    }

    /// The marker of the bytes before a position; never 0.
    package static func marker(of bytes: borrowing Span<UInt8>) -> UInt64 { stableHash(bytes) | 1 }
}
