import Bytes
import Codecs
import Fuzzing

/// The parsers of what programs write into log records.
@main enum FuzzLogBodies {
    static func main() { fuzz(Self.test) }

    private static func test(_ input: inout FuzzInput) {
        let mode = input.choice(6)
        let bytes = input.rest()
        switch mode {
        case 0: Self.json(bytes)
        case 1: Self.logfmt(bytes)
        case 2: Self.lines(bytes)
        case 3: Self.syslog(bytes)
        case 4: Self.times(bytes)
        default: Self.ids(bytes)
        }
    }

    /// What is taken for JSON is read as JSON by the strict reader, too, and each value for itself is.
    private static func json(_ bytes: [UInt8]) {
        var members = JSONMembers()
        guard members.read(bytes.span) else { return }
        invariant(members.members.count <= JSONMembers.keyLimit, "too many members")
        var keys: Set<[UInt8]> = []
        for member in members.members {
            let key = members.withKey(member, bytes.span) { $0.array }
            invariant(keys.insert(key).inserted, "a key came twice")
            let value = Array(bytes[member.value])
            let quoted = Self.isString(member.kind) ? [0x22] + value + [0x22] : value
            var alone = JSONMembers()
            let object = Array("{\"a\":".utf8) + quoted + [0x7d]
            invariant(alone.read(object.span), "a value that is none by itself")
            var text = OutputBuffer()
            if member.kind == .escapedString { text.append(jsonUnescaped: value.span) }
            invariant(text.span.isValidUTF8, "a string that is no text")
        }
    }

    private static func isString(_ kind: JSONMembers.Kind) -> Bool {
        kind == .plainString || kind == .escapedString
    }

    private static func logfmt(_ bytes: [UInt8]) {
        var pairs = LogfmtPairs()
        guard pairs.read(bytes.span) else { return }
        for pair in pairs.pairs {
            invariant(!pair.key.isEmpty, "a pair without a key")
            if !pair.hasEscapes { continue }
            let end = (Array(bytes[pair.value]) + [0x22]).span.endOfJSONString(from: 0)?.end
            invariant(end == pair.value.count, "a quoted value that is none")
        }
    }

    private static func lines(_ bytes: [UInt8]) {
        if let line = KlogLine(bytes.span) {
            invariant(line.message.upperBound == bytes.count, "a message that ends early")
        }
        if let line = AccessLogLine(bytes.span) {
            invariant(line.path.upperBound < line.status.lowerBound, "parts in the wrong order")
        }
        if let (place, _) = SeverityScan.find(in: bytes.span) {
            invariant(place.upperBound <= bytes.count, "a word outside of the text")
        }
    }

    private static func syslog(_ bytes: [UInt8]) {
        for form in [nil, .rfc3164, .rfc5424] as [SyslogLine.Form?] {
            guard let line = SyslogLine(bytes.span, as: form) else { continue }
            invariant(line.message.upperBound == bytes.count, "a message that ends early")
            guard let structured = line.structured else { continue }
            var parameters = SyslogParameters(from: structured.lowerBound)
            while let parameter = parameters.next(bytes.span) {
                invariant(structured.contains(parameter.value.lowerBound), "a value elsewhere")
                var value = OutputBuffer()
                value.append(bytes.span.extracting(parameter.value))
                value.removeSyslogEscapes(from: 0)
            }
        }
    }

    private static func times(_ bytes: [UInt8]) {
        if let time = UsualTime.rfc3339(bytes.span) {
            var text = OutputBuffer()
            text.append(rfc3339: time)
            invariant(UsualTime.rfc3339(text.span) == time, "a time that is another one written")
        }
        _ = UsualTime.epoch(bytes.span)
        let parts = bytes.split(separator: UInt8(ascii: "\n"), maxSplits: 1)
        guard let first = parts.first, parts.count == 2,
            let format = try? TimeFormat(String(decoding: first, as: UTF8.self))
        else { return }
        _ = format.read(Array(parts[1]).span, near: 1_795_482_123_000_000_000)
    }

    private static func ids(_ bytes: [UInt8]) {
        for (digits, isDecimal) in [(32, false), (32, true), (16, false), (16, true)] {
            var output = OutputBuffer()
            switch TraceContext.id(
                bytes.span,
                digits: digits,
                isDecimal: isDecimal,
                into: &output,
            ) {
            case .plain(let range): invariant(range.count == digits, "an id of another length")
            case .written: invariant(output.count == digits, "an id of another length")
            case .none, .invalid: break
            }
        }
        _ = TraceContext.parent(bytes.span)
        _ = TraceContext.flags(bytes.span)
    }
}
