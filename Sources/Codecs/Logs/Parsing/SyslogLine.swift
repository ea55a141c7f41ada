import Bytes
package import Telemetry

/// A line of syslog, taken apart.
///
/// Sources: RFC 5424, section 6; RFC 3164, section 4. What local programs write in the older form has
/// no priority in files, and its time may be of RFC 3339; both are taken.
package struct SyslogLine: Sendable, Hashable {
    /// Which form a line has.
    package enum Form: Sendable, Hashable {
        case rfc3164
        case rfc5424
    }

    /// Facility and severity; nil where the line has none.
    package private(set) var priority: Int?
    /// Where the time lies; nil where it is left out.
    package private(set) var time: Range<Int>?
    /// Where the host's name lies.
    package private(set) var host: Range<Int>?
    /// Where the program's name lies.
    package private(set) var program: Range<Int>?
    /// Where the process's number lies.
    package private(set) var process: Range<Int>?
    /// Where the kind of message lies.
    package private(set) var messageID: Range<Int>?
    /// Where the structured data lie, brackets included.
    package private(set) var structured: Range<Int>?
    /// Where the message lies.
    package private(set) var message = 0..<0
    /// The form that the line has.
    package private(set) var form = Form.rfc3164

    private static let priorityLimit = 191
    /// The most bytes of a program's name.
    private static let programLimit = 128

    /// How grave it is, if the line says.
    package var severity: LogSeverity? {
        self.priority.map { LogSeverity(syslogPriority: UInt64($0 & 7)) }
    }

    /// Reads `text` in the form that is wanted, or in the one that it has; nil when that fails.
    package init?(_ text: borrowing Span<UInt8>, as wanted: Form? = nil) {
        var index = 0
        if text.count > 2, text[0] == UInt8(ascii: "<") {
            guard let end = text.firstOffset(of: UInt8(ascii: ">"), to: min(text.count, 5)),
                let number = text.extracting(1..<end).unsignedDecimal,
                number <= Self.priorityLimit
            else { return nil }
            self.priority = Int(number)
            index = end &+ 1
        }
        let isNew =
            self.priority != nil && text.extracting(droppingFirst: index).hasPrefix("1 ")
        if wanted == .rfc5424, !isNew { return nil }
        self.form = isNew && wanted != .rfc3164 ? .rfc5424 : .rfc3164
        let isRead =
            self.form == .rfc5424 ? self.readNew(text, index &+ 2) : self.readOld(text, index)
        if !isRead { return nil }
    }

    // MARK: RFC 5424

    private mutating func readNew(_ text: borrowing Span<UInt8>, _ start: Int) -> Bool {
        var index = start
        guard let time = Self.word(text, &index), let host = Self.word(text, &index),
            let program = Self.word(text, &index), let process = Self.word(text, &index),
            let messageID = Self.word(text, &index)
        else { return false }
        self.time = Self.known(time, text)
        self.host = Self.known(host, text)
        self.program = Self.known(program, text)
        self.process = Self.known(process, text)
        self.messageID = Self.known(messageID, text)
        guard index < text.count else { return false }
        if text[index] == UInt8(ascii: "-") {
            index &+= 1
        } else {
            guard let end = SyslogParameters.end(text, from: index) else { return false }
            self.structured = index..<end
            index = end
        }
        if index < text.count {
            guard text[index] == UInt8(ascii: " ") else { return false }
            index &+= 1
        }
        // A byte order mark says that the message is UTF-8.
        let rest = text.extracting(droppingFirst: index)
        if rest.count >= 3, rest[0] == 0xef, rest[1] == 0xbb, rest[2] == 0xbf { index &+= 3 }
        self.message = index..<text.count
        return true
    }

    private static func known(_ word: Range<Int>, _ text: borrowing Span<UInt8>) -> Range<Int>? {
        word.count == 1 && text[word.lowerBound] == UInt8(ascii: "-") ? nil : word
    }

    private static func word(
        _ text: borrowing Span<UInt8>,
        _ index: inout Int,
    ) -> Range<Int>? {
        let start = index
        guard start < text.count,
            let end = text.firstOffset(of: UInt8(ascii: " "), from: start), end > start
        else { return nil }
        index = end &+ 1
        return start..<end
    }

    // MARK: RFC 3164

    private mutating func readOld(_ text: borrowing Span<UInt8>, _ start: Int) -> Bool {
        var index = start
        let rest = text.extracting(droppingFirst: start)
        if Self.isOldTime(rest) {
            self.time = start..<start &+ 15
            index = start &+ 16
        } else if let first = Self.word(text, &index), text[first.lowerBound] &- 0x30 <= 9 {
            self.time = first
        } else {
            return false
        }
        guard let host = Self.word(text, &index) else { return false }
        self.host = host
        self.readProgram(text, index)
        return true
    }

    /// `program[process]: message`; all of it is the message when there is no such front.
    private mutating func readProgram(_ text: borrowing Span<UInt8>, _ start: Int) {
        self.message = start..<text.count
        let limit = min(text.count, start &+ Self.programLimit)
        guard start < limit,
            let colon = text.firstOffset(of: UInt8(ascii: ":"), from: start, to: limit)
        else { return }
        var end = colon
        if colon > start, text[colon &- 1] == UInt8(ascii: "]"),
            let bracket = text.lastOffset(of: UInt8(ascii: "["), before: colon), bracket >= start
        {
            self.process = bracket &+ 1..<colon &- 1
            end = bracket
        }
        let isName = text.firstOffset(of: UInt8(ascii: " "), from: start, to: end) == nil
        guard isName, end > start else {
            self.process = nil
            return
        }
        self.program = start..<end
        var message = colon &+ 1
        if message < text.count, text[message] == UInt8(ascii: " ") { message &+= 1 }
        self.message = message..<text.count
    }

    /// Whether it begins with `Jan _2 15:04:05 `.
    private static func isOldTime(_ text: borrowing Span<UInt8>) -> Bool {
        guard text.count >= 16, TimeFormat.month(text) != nil else { return false }
        for index in 3..<16 {
            let byte = text[index]
            switch index {
            case 3, 6, 15: if byte != UInt8(ascii: " ") { return false }
            case 4: if byte != UInt8(ascii: " "), byte &- 0x30 > 9 { return false }
            case 9, 12: if byte != UInt8(ascii: ":") { return false }
            default: if byte &- 0x30 > 9 { return false }
            }
        }
        return true
    }
}
