import Bytes
package import Telemetry

/// The front of a line of klog, which Kubernetes's own programs write: `Lmmdd hh:mm:ss.uuuuuu threadid
/// file:line] message`.
///
/// Source: k8s.io/klog, `formatHeader`; it is glog's.
package struct KlogLine: Sendable, Hashable {
    /// How grave it is.
    package let severity: LogSeverity
    /// Where `mmdd hh:mm:ss.uuuuuu` lies.
    package let time: Range<Int>
    /// Where the thread's or process's number lies.
    package let thread: Range<Int>
    /// Where the name of the source file lies.
    package let file: Range<Int>
    /// Where the line in it lies.
    package let line: Range<Int>
    /// Where the message lies.
    package let message: Range<Int>

    /// Reads `text`; nil when it is no such line.
    package init?(_ text: borrowing Span<UInt8>) {
        guard text.count > 30 else { return nil }
        switch text[0] {
        case UInt8(ascii: "I"): self.severity = .info
        case UInt8(ascii: "W"): self.severity = .warning
        case UInt8(ascii: "E"): self.severity = .error
        case UInt8(ascii: "F"): self.severity = .fatal
        default: return nil
        }
        guard Self.isTime(text.extracting(1..<21)) else { return nil }
        self.time = 1..<21
        var index = 21
        while index < text.count, text[index] == UInt8(ascii: " ") { index &+= 1 }
        let thread = index
        while index < text.count, text[index] &- 0x30 <= 9 { index &+= 1 }
        guard index > thread, thread > 21, index < text.count, text[index] == UInt8(ascii: " ")
        else { return nil }
        self.thread = thread..<index
        let file = index &+ 1
        let limit = min(text.count, file &+ Self.fileLimit)
        guard let bracket = text.firstOffset(of: UInt8(ascii: "]"), from: file, to: limit),
            let colon = text.lastOffset(of: UInt8(ascii: ":"), before: bracket), colon > file,
            text.extracting(colon &+ 1..<bracket).unsignedDecimal != nil
        else { return nil }
        self.file = file..<colon
        self.line = colon &+ 1..<bracket
        var message = bracket &+ 1
        if message < text.count, text[message] == UInt8(ascii: " ") { message &+= 1 }
        self.message = message..<text.count
    }

    /// The most bytes of a file's name with its line.
    private static let fileLimit = 1024

    private static func isTime(_ text: borrowing Span<UInt8>) -> Bool {
        for index in 0..<text.count {
            let byte = text[index]
            switch index {
            case 4: if byte != UInt8(ascii: " ") { return false }
            case 7, 10: if byte != UInt8(ascii: ":") { return false }
            case 13: if byte != UInt8(ascii: ".") { return false }
            default: if byte &- 0x30 > 9 { return false }
            }
        }
        return true
    }
}
