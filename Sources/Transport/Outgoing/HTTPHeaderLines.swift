import Pipeline

/// Collects an answer's header fields line by line, as libcurl hands them out.
///
/// A status line starts afresh, so that after redirects and interim answers (RFC 9110 §15.2) the
/// final answer's fields are left, followed by its trailers.
struct HTTPHeaderLines {
    /// The fields of the last answer, in order.
    private(set) var fields: [HTTPHeader] = []
    private var room: Int

    /// Collects until `limit` bytes of lines have been seen, interim answers included.
    init(limit: Int) {
        self.room = limit
    }

    /// Whether a line starts an answer.
    static func isStatusLine(_ line: borrowing Span<UInt8>) -> Bool {
        // "HTTP/"
        line.count >= 5 && line[0] == 0x48 && line[1] == 0x54 && line[2] == 0x54
            && line[3] == 0x50 && line[4] == 0x2F
    }

    /// Takes one line with its line break.
    ///
    /// - Parameters:
    ///   - line: The line.
    ///   - isStatusLine: Whether it starts an answer.
    /// - Returns: Whether the limit leaves room for it.
    mutating func take(_ line: borrowing Span<UInt8>, isStatusLine: Bool) -> Bool {
        self.room -= line.count
        if self.room < 0 { return false }
        if isStatusLine {
            self.fields.removeAll(keepingCapacity: true)
            return true
        }
        guard let colon = Self.firstColon(line), colon > 0 else { return true }
        let name = Self.text(line.extracting(0..<colon))
        let value = Self.text(line.extracting(colon + 1..<line.count))
        self.fields.append(HTTPHeader(name, value))
        return true
    }

    private static func firstColon(_ line: borrowing Span<UInt8>) -> Int? {
        for index in line.indices where line[index] == UInt8(ascii: ":") { return index }
        return nil
    }

    /// The bytes without blanks around them; what isn't UTF-8 becomes U+FFFD.
    private static func text(_ bytes: borrowing Span<UInt8>) -> String {
        var start = 0
        var end = bytes.count
        while start < end, bytes[start] <= 0x20 { start += 1 }
        while end > start, bytes[end - 1] <= 0x20 { end -= 1 }
        return unsafe bytes.extracting(start..<end).withUnsafeBufferPointer { buffer in
            unsafe String(decoding: buffer, as: UTF8.self)
        }
    }
}
