import Bytes
package import Telemetry

/// The lines of one container that wait for their end, one for each stream.
///
/// Bytes are joined before anything looks at them as text, since runtimes cut inside characters.
/// A line may begin in a rotated file and end in the next one.
package struct LineAssembly: ~Copyable {
    /// What a waiting line takes from one file.
    package struct Part: Sendable, Hashable {
        /// The file's number.
        package let file: Int
        /// Where the line, or its first piece in the file, starts.
        package let start: Int64
        /// Bytes of the file that were kept.
        package internal(set) var bytes = 0
    }

    /// What a completed line took from a file before the one it ended in.
    struct Carried {
        let stream: LogStream
        let part: Part
    }

    /// A line that is not at its end.
    private final class Waiting {
        var isActive = false
        var bytes = OutputBuffer(capacity: 1024)
        var time: Int64 = 0
        var sourceBytes = 0
        var flags: LogRecord.Flags = []
        var parts: [Part] = []

        func keep(_ bytes: Int) {
            self.sourceBytes += bytes
            self.parts[self.parts.count - 1].bytes += bytes
        }
    }

    /// A line of a file whose line end was not read so far.
    struct OpenLine {
        let stream: LogStream
        let isPartial: Bool
        let isDone: Bool
    }

    private var waiting: [Waiting] = []
    /// What completed lines took from files before the one they ended in.
    var carried: [Carried] = []
    var open: OpenLine?
    /// Joins completed lines to records; nil where every line is one.
    package var joiner: LineJoiner?

    /// Nothing waits.
    package init() {}

    /// Whether a line of `stream` waits.
    @inline(__always)
    package func isWaiting(_ stream: LogStream) -> Bool {
        !self.waiting.isEmpty && self.waiting[Int(stream.rawValue)].isActive
    }

    /// Whether the stream's line has reached its limit.
    func isTruncated(_ stream: LogStream) -> Bool {
        self.isWaiting(stream)
            && self.waiting[Int(stream.rawValue)].flags.contains(.truncated)
    }

    /// Whether any line waits.
    package var hasWaitingLines: Bool { self.waiting.contains { $0.isActive } }

    /// Whether any line waits, or any record that may go on.
    package var isWaiting: Bool { self.hasWaitingLines || self.joiner?.isHolding ?? false }

    /// Bytes of files that waiting lines and records have taken and kept.
    package var sourceBytes: Int {
        let lines = self.waiting.reduce(0) { $0 + ($1.isActive ? $1.sourceBytes : 0) }
        return lines + (self.joiner?.sourceBytes ?? 0)
    }

    /// Whether the file read last stopped inside a line.
    package var isInsideLine: Bool { self.open != nil }

    /// How far into `file` everything is done once what was completed is delivered.
    package func position(in file: Int, consumed: Int64) -> LogPosition {
        var position = LogPosition(consumed)
        for stream in LogStream.allCases {
            // A record that waits began before the line that does.
            if let start = self.joiner?.start(of: stream, in: file) {
                position[stream] = start
            } else if self.isWaiting(stream) {
                let parts = self.waiting[Int(stream.rawValue)].parts
                if let part = parts.first(where: { $0.file == file }) {
                    position[stream] = part.start
                }
            }
        }
        return position
    }

    /// The files that waiting lines and records have begun in.
    package var files: [Int] {
        let lines = self.waiting.flatMap { $0.isActive ? $0.parts.map(\.file) : [] }
        return lines + (self.joiner?.files ?? [])
    }

    /// Takes what lines that were completed since had taken from files before their last one.
    package mutating func takeCarried() -> [Part] {
        if self.carried.isEmpty { return [] }
        defer { self.carried = [] }
        return self.carried.map(\.part)
    }

    /// Adds content to the stream's line; returns how many bytes were over `limit` and dropped.
    ///
    /// `sourceBytes` is what the piece takes in the file, `start` where its line starts.
    mutating func append(
        _ content: borrowing Span<UInt8>,
        to stream: LogStream,
        time: Int64,
        file: Int,
        start: Int64,
        sourceBytes: Int,
        limit: Int,
    ) -> Int {
        if self.waiting.isEmpty { self.waiting = (0..<3).map { _ in Waiting() } }
        let line = self.waiting[Int(stream.rawValue)]
        if !line.isActive {
            line.isActive = true
            line.time = time
        }
        if line.parts.last?.file != file { line.parts.append(Part(file: file, start: start)) }
        let room = limit - line.bytes.count
        if content.count <= room, !line.flags.contains(.truncated) {
            line.bytes.append(content)
            line.keep(sourceBytes)
            return 0
        }
        var dropped = content.count
        if !line.flags.contains(.truncated) {
            line.bytes.append(content.extracting(first: max(room, 0)))
            let whole = line.bytes.span.wholeCharacters
            dropped = content.count - max(room, 0) + line.bytes.count - whole
            line.bytes.truncate(to: whole)
            line.flags.insert(.truncated)
        }
        line.keep(sourceBytes - dropped)
        return dropped
    }

    /// Completes the stream's line: its record is appended to `table`.
    mutating func complete(
        _ stream: LogStream,
        flags: LogRecord.Flags = [],
        into table: inout LogTable,
    ) {
        if self.waiting.isEmpty { return }
        let line = self.waiting[Int(stream.rawValue)]
        if !line.isActive { return }
        let start = table.derived.count
        table.derived.append(line.bytes.span)
        table.records.append(
            LogRecord(
                time: line.time,
                offset: line.parts.last?.start ?? 0,
                start: start,
                count: line.bytes.count,
                sourceBytes: line.sourceBytes,
                stream: stream,
                flags: line.flags.union(flags).union(.derived),
            )
        )
        if line.parts.count > 1 {
            self.carried += line.parts.dropLast().map { Carried(stream: stream, part: $0) }
        }
        line.isActive = false
        line.bytes.removeAll()
        line.bytes.shrink(to: Self.keptCapacity)
        line.sourceBytes = 0
        line.flags = []
        line.parts.removeAll(keepingCapacity: true)
    }

    /// The file that a waiting line was read from last, of those lines that take part of `file`.
    package func lastFile(ofLinesIn file: Int? = nil) -> Int? {
        let lines = self.waiting.filter { line in
            line.isActive && (file == nil || line.parts.contains { $0.file == file })
        }
        return lines.first?.parts.last?.file
    }

    /// Completes the lines that were read from `file` last, as far as they came.
    package mutating func completeLines(endingIn file: Int, into table: inout LogTable) {
        for stream in LogStream.allCases where self.isWaiting(stream) {
            if self.waiting[Int(stream.rawValue)].parts.last?.file != file { continue }
            if self.open?.stream == stream { self.open = nil }
            self.complete(stream, flags: .incomplete, into: &table)
        }
        self.join(Span(), of: file, in: &table)
    }

    /// Gives memory back while nothing waits.
    package mutating func rest() {
        if !self.hasWaitingLines { self.waiting = [] }
        self.joiner?.rest()
    }

    /// What a line's buffer keeps between lines.
    private static let keptCapacity = 64 << 10
}

extension Span where Element == UInt8 {
    /// How many bytes are left without a character that was cut at the end.
    package var wholeCharacters: Int {
        var back = 1
        while back <= 3, back <= self.count {
            let byte = self[self.count - back]
            if byte < 0x80 { return self.count }
            if byte >= 0xc0 {
                let length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2
                return length > back ? self.count - back : self.count
            }
            back += 1
        }
        return self.count
    }
}
