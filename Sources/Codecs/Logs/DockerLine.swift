import Bytes
import Telemetry

/// One line of Docker's `json-file` driver.
///
/// `{"log":"text\n","stream":"stdout","time":"RFC 3339"}`, the members in any order and others
/// between them; source: moby, `daemon/logger/jsonfilelog/jsonlog`.
struct DockerLine {
    /// Nanoseconds since 1970.
    private(set) var time: Int64 = 0
    /// The output that the line was written to.
    private(set) var stream = LogStream.unknown
    /// Whether the record goes on in the stream's next line: the text has no line end.
    private(set) var isPartial = false
    /// Where the text stands in the line, without its quotes and without its line end.
    private(set) var body = 0..<0
    /// Whether the text has escapes.
    private(set) var hasEscapes = false

    /// Takes the line at `line` apart; nil when it has not all of its parts.
    @inline(__always)
    init?(_ line: UnsafePointer<UInt8>, _ count: Int, _ clock: inout CRITimestamp) {
        guard count > 2, unsafe line[0] == UInt8(ascii: "{") else { return nil }
        var index = 1
        var found: UInt8 = 0
        var isFirst = true
        while let key = unsafe JSONLine.key(line, count, &index, isFirst: isFirst) {
            isFirst = false
            if unsafe JSONLine.equals(line, key, "log") {
                guard unsafe self.takeText(line, count, &index) else { return nil }
                found |= 1
            } else if unsafe JSONLine.equals(line, key, "stream") {
                guard unsafe self.takeStream(line, count, &index) else { return nil }
                found |= 2
            } else if unsafe JSONLine.equals(line, key, "time") {
                guard unsafe self.takeTime(line, count, &index, &clock) else { return nil }
                found |= 4
            } else if unsafe !JSONLine.skipValue(line, count, &index) {
                return nil
            }
        }
        guard found == 7, index > 0 else { return nil }
        if unsafe JSONLine.next(line, count, &index) != 0 || index != count { return nil }
    }

    @inline(__always)
    private mutating func takeText(
        _ line: UnsafePointer<UInt8>,
        _ count: Int,
        _ index: inout Int,
    ) -> Bool {
        guard let text = unsafe JSONLine.text(line, count, &index)
        else { return false }
        let isWhole =
            unsafe text.lastEscape &+ 2 == text.end
            && line[text.lastEscape &+ 1] == UInt8(ascii: "n")
        let end = isWhole ? text.end &- 2 : text.end
        self.isPartial = !isWhole
        self.body = text.start..<end
        self.hasEscapes = text.firstEscape < end
        return true
    }

    @inline(__always)
    private mutating func takeStream(
        _ line: UnsafePointer<UInt8>,
        _ count: Int,
        _ index: inout Int,
    ) -> Bool {
        guard let text = unsafe JSONLine.text(line, count, &index)
        else { return false }
        if unsafe JSONLine.equals(line, text, "stdout") {
            self.stream = .stdout
        } else if unsafe JSONLine.equals(line, text, "stderr") {
            self.stream = .stderr
        } else {
            return false
        }
        return true
    }

    @inline(__always)
    private mutating func takeTime(
        _ line: UnsafePointer<UInt8>,
        _ count: Int,
        _ index: inout Int,
        _ clock: inout CRITimestamp,
    ) -> Bool {
        guard let text = unsafe JSONLine.text(line, count, &index),
            let (time, length) = unsafe clock.read(line + text.start, count &- text.start),
            length == text.end &- text.start
        else { return false }
        self.time = time
        return true
    }
}
