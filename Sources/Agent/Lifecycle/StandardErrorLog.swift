import Bytes
import Glibc
package import Logging

/// Writes the agent's log to standard error: text on a terminal, one JSON object a line otherwise.
///
/// A line goes out in one `write(2)`, so that lines of several threads never mix. Messages are
/// static; what varies is in the metadata.
package struct StandardErrorLog: LogHandler {
    /// How a line looks.
    package enum Style: String, Sendable, CaseIterable {
        case text
        case json

        /// Text when a person is likely to read it.
        package static var automatic: Style { isatty(STDERR_FILENO) == 1 ? .text : .json }
    }

    package var logLevel: Logger.Level
    package var metadata: Logger.Metadata = [:]
    package var metadataProvider: Logger.MetadataProvider?
    private let style: Style
    private let write: @Sendable (Span<UInt8>) -> Void

    /// Writes lines of `level` and above; `write` is for tests.
    package init(
        style: Style = .automatic,
        level: Logger.Level = .info,
        write: @escaping @Sendable (Span<UInt8>) -> Void = Self.writeToStandardError,
    ) {
        self.style = style
        self.logLevel = level
        self.write = write
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { self.metadata[key] }
        set { self.metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        var fields = self.metadata
        if let provided = self.metadataProvider?.get() { fields.merge(provided) { $1 } }
        if let given = event.metadata { fields.merge(given) { $1 } }
        let ordered = fields.sorted { $0.key < $1.key }.map { ($0.key, "\($0.value)") }
        var line = OutputBuffer(capacity: 512)
        var now = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &now)
        let nanoseconds = Int64(now.tv_sec) * 1_000_000_000 + Int64(now.tv_nsec)
        switch self.style {
        case .text:
            Self.appendText(event, ordered, nanoseconds, to: &line)
        case .json:
            Self.appendJSON(event, ordered, nanoseconds, to: &line)
        }
        self.write(line.span)
    }

    private static func appendText(
        _ event: LogEvent,
        _ fields: [(String, String)],
        _ nanoseconds: Int64,
        to line: inout OutputBuffer,
    ) {
        line.append(civilTime: CivilTime(epochSeconds: nanoseconds / 1_000_000_000))
        line.append("Z ")
        let level = event.level.rawValue.uppercased()
        line.append(level)
        for _ in level.utf8.count..<max(level.utf8.count, 8) { line.append(UInt8(ascii: " ")) }
        line.append(" \(event.message)")
        for (key, value) in fields {
            line.append(" \(key)=")
            if value.isEmpty || value.utf8.contains(where: { $0 <= 0x20 || $0 == 0x22 }) {
                line.append(jsonString: value)
            } else {
                line.append(value)
            }
        }
        line.append(UInt8(ascii: "\n"))
    }

    private static func appendJSON(
        _ event: LogEvent,
        _ fields: [(String, String)],
        _ nanoseconds: Int64,
        to line: inout OutputBuffer,
    ) {
        line.append("{\"time\":\"")
        line.append(rfc3339: nanoseconds)
        line.append("\",\"level\":\"")
        line.append(event.level.rawValue)
        line.append("\",\"message\":")
        line.append(jsonString: "\(event.message)")
        for (key, value) in fields {
            line.append(UInt8(ascii: ","))
            line.append(jsonString: key)
            line.append(UInt8(ascii: ":"))
            line.append(jsonString: value)
        }
        line.append("}\n")
    }

    /// Writes to file descriptor 2; a reader that has gone away is nobody's problem.
    package static func writeToStandardError(_ line: Span<UInt8>) {
        unsafe line.withUnsafeBufferPointer { bytes in
            _ = unsafe Glibc.write(STDERR_FILENO, bytes.baseAddress, bytes.count)
        }
    }
}
