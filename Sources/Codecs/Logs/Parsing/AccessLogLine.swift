import Bytes

/// A line of a web server's access log in the common or the combined format.
///
/// `address identity user [time] "method path protocol" status size`, and in the combined format
/// `"referer" "agent"`, with anything after. Sources: Apache, "Log Files"; nginx,
/// `ngx_http_log_module`.
package struct AccessLogLine: Sendable, Hashable {
    /// Where the client's address lies.
    package let address: Range<Int>
    /// Where the second word lies: the client's identity, or for some the server's name.
    package let identity: Range<Int>
    /// Where the user's name lies.
    package let user: Range<Int>
    /// Where the time lies, without its brackets.
    package let time: Range<Int>
    /// Where the method lies; nil when the request is no HTTP request line.
    package private(set) var method: Range<Int>?
    /// Where the path lies; the whole request where it is no HTTP request line.
    package private(set) var path: Range<Int>
    /// Where the protocol lies.
    package private(set) var version: Range<Int>?
    /// Where the status lies.
    package let status: Range<Int>
    /// Where the size lies.
    package let size: Range<Int>
    /// Where the referring page lies.
    package private(set) var referer: Range<Int>?
    /// Where the client's program lies.
    package private(set) var agent: Range<Int>?

    /// Reads `text`; nil when it is no such line.
    package init?(_ text: borrowing Span<UInt8>) {
        var words = Words()
        guard let address = words.word(text), let identity = words.word(text),
            let user = words.user(text),
            let time = words.enclosed(text, UInt8(ascii: "["), UInt8(ascii: "]")),
            let request = words.quoted(text), let status = words.word(text),
            let size = words.word(text), status.count == 3,
            text.extracting(status).unsignedDecimal != nil
        else { return nil }
        self.address = address
        self.identity = identity
        self.user = user
        self.time = time
        self.status = status
        self.size = size
        self.path = request
        if let referer = words.quoted(text) {
            self.referer = referer
            self.agent = words.quoted(text)
        }
        self.split(request, text)
    }

    /// `GET /path HTTP/1.1`; the path may have blanks where a client was careless.
    private mutating func split(_ request: Range<Int>, _ text: borrowing Span<UInt8>) {
        let space = UInt8(ascii: " ")
        guard
            let first = text.firstOffset(
                of: space,
                from: request.lowerBound,
                to: request.upperBound,
            ),
            let last = text.lastOffset(of: space, before: request.upperBound)
        else { return }
        self.method = request.lowerBound..<first
        let isWithVersion =
            last > first
            && text.extracting(last &+ 1..<request.upperBound).hasPrefix("HTTP/")
        self.path = first &+ 1..<(isWithVersion ? last : request.upperBound)
        if isWithVersion { self.version = last &+ 1..<request.upperBound }
    }
}

/// Takes the parts of a line one after the other.
private struct Words {
    private var position = 0

    /// Takes a word and the blank after it.
    mutating func word(_ text: borrowing Span<UInt8>) -> Range<Int>? {
        let start = self.position
        let end = text.firstOffset(of: UInt8(ascii: " "), from: start) ?? text.count
        if end == start { return nil }
        self.position = min(end &+ 1, text.count)
        return start..<end
    }

    /// Takes a user's name, which may have blanks: it goes to the bracket of the time.
    mutating func user(_ text: borrowing Span<UInt8>) -> Range<Int>? {
        let start = self.position
        guard let bracket = text.firstOffset(of: UInt8(ascii: "["), from: start),
            bracket > start &+ 1, text[bracket &- 1] == UInt8(ascii: " ")
        else { return nil }
        self.position = bracket
        return start..<bracket &- 1
    }

    /// Takes what stands between two bytes, and the blank after it.
    mutating func enclosed(
        _ text: borrowing Span<UInt8>,
        _ open: UInt8,
        _ close: UInt8,
    ) -> Range<Int>? {
        let start = self.position &+ 1
        guard start < text.count, text[start &- 1] == open else { return nil }
        var index = start
        while index < text.count, text[index] != close {
            index &+= text[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        if index >= text.count { return nil }
        self.position = index &+ 1
        if self.position < text.count, text[self.position] == UInt8(ascii: " ") {
            self.position &+= 1
        }
        return start..<index
    }

    /// Takes a quoted text; a quote in it has a backslash before it.
    mutating func quoted(_ text: borrowing Span<UInt8>) -> Range<Int>? {
        self.enclosed(text, UInt8(ascii: "\""), UInt8(ascii: "\""))
    }
}
