import Bytes
import Telemetry

/// The part of a container log line before its content.
///
/// `<RFC 3339 time> SP stdout|stderr SP tag[:tag...] SP content`; source: the kubelet's
/// `pkg/kubelet/kuberuntime/logs`, `parseCRILog`.
struct CRIHeader {
    /// Nanoseconds since 1970.
    let time: Int64
    /// The output that the line was written to.
    let stream: LogStream
    /// Whether the record goes on in the stream's next line.
    let isPartial: Bool
    /// Where the content starts, from the line's start.
    let contentStart: Int

    /// Takes the header of the line at `line`; nil when one of its parts is missing.
    ///
    /// As in the kubelet, every first tag but `P` means that the record ends here.
    @inline(__always)
    init?(_ line: UnsafePointer<UInt8>, _ count: Int, _ clock: inout CRITimestamp) {
        guard let (time, length) = unsafe clock.read(line, count) else { return nil }
        // The shortest rest is " stdout F ".
        if count < length &+ 10 { return nil }
        let word = unsafe UInt64(
            littleEndian: UnsafeRawPointer(line + length).loadUnaligned(as: UInt64.self)
        )
        if word == Self.stdout {
            self.stream = .stdout
        } else if word == Self.stderr {
            self.stream = .stderr
        } else {
            return nil
        }
        let tag = length &+ 8
        let first = unsafe line[tag]
        var end = tag &+ 1
        if unsafe line[end] != UInt8(ascii: " ") {
            guard let space = unsafe Self.endOfTags(line, from: tag, count) else { return nil }
            end = space
        }
        let separator = unsafe line[tag &+ 1]
        let isAlone = separator == UInt8(ascii: " ") || separator == UInt8(ascii: ":")
        self.isPartial = first == UInt8(ascii: "P") && isAlone
        self.time = time
        self.contentStart = end &+ 1
    }

    /// The record of the header's line, which has `length` bytes and starts at `position` of `chunk`.
    @inline(__always)
    func record(at position: Int, _ length: Int, in chunk: LineDecoder.Chunk) -> LogRecord {
        LogRecord(
            time: self.time,
            offset: chunk.offset &+ Int64(position),
            start: position &+ self.contentStart,
            count: length &- self.contentStart,
            sourceBytes: length &+ 1,
            stream: self.stream,
        )
    }

    /// The space after the tags; nil when they are empty or have no end.
    private static func endOfTags(
        _ line: UnsafePointer<UInt8>,
        from tag: Int,
        _ count: Int,
    ) -> Int? {
        var index = tag
        while index < count {
            if unsafe line[index] == UInt8(ascii: " ") { return index == tag ? nil : index }
            index &+= 1
        }
        return nil
    }

    /// " stdout " as a little-endian word.
    private static let stdout: UInt64 = 0x2074_756f_6474_7320
    /// " stderr " as a little-endian word.
    private static let stderr: UInt64 = 0x2072_7265_6474_7320
}
