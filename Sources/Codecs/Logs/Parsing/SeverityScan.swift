import Bytes
package import Telemetry

/// Finds a level's name in text.
///
/// The earliest of a few words counts that stands by itself, as in Loki's `detected_level`.
/// Source: grafana/loki, `pkg/distributor/field_detection.go`.
package enum SeverityScan {
    /// Bytes of a text that are looked at.
    package static let limit = 4096

    /// The word's place in `text`, and what it means.
    package static func find(
        in text: borrowing Span<UInt8>
    ) -> (place: Range<Int>, severity: LogSeverity)? {
        let end = min(text.count, Self.limit)
        var index = 0
        var isAtBoundary = true
        while index < end {
            let byte = text[index]
            if isAtBoundary {
                let length = Self.lengthOfWord(text, from: index)
                if length > 0 {
                    let place = index..<index &+ length
                    if let severity = LogSeverity(name: text.extracting(place)) {
                        return (place, severity)
                    }
                }
            }
            isAtBoundary = Self.isLeftBoundary(byte)
            index &+= 1
        }
        return nil
    }

    /// How long the word at `start` is, if it is one of those that count; 0 otherwise.
    @inline(__always)
    private static func lengthOfWord(_ text: borrowing Span<UInt8>, from start: Int) -> Int {
        switch text[start] | 0x20 {
        case UInt8(ascii: "t"): Self.length(text, start, "trace")
        case UInt8(ascii: "d"): Self.length(text, start, "debug")
        case UInt8(ascii: "f"): Self.length(text, start, "fatal")
        case UInt8(ascii: "c"): Self.length(text, start, "critical")
        case UInt8(ascii: "i"): Self.length(text, start, "info")
        case UInt8(ascii: "e"):
            max(Self.length(text, start, "error"), Self.length(text, start, "err"))
        case UInt8(ascii: "w"):
            max(Self.length(text, start, "warning"), Self.length(text, start, "warn"))
        default: 0
        }
    }

    private static func length(
        _ text: borrowing Span<UInt8>,
        _ start: Int,
        _ word: StaticString,
    ) -> Int {
        let end = start &+ word.utf8CodeUnitCount
        guard end <= text.count, end == text.count || Self.isRightBoundary(text[end]),
            text.extracting(start..<end).equalsIgnoringCase(word)
        else { return 0 }
        return end &- start
    }

    @inline(__always)
    private static func isLeftBoundary(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x20, 0x09, 0x0a, UInt8(ascii: "["), UInt8(ascii: "("), UInt8(ascii: "{"),
            UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "="), UInt8(ascii: "|"):
            true
        default: false
        }
    }

    private static func isRightBoundary(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x20, 0x09, 0x0a, UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "("),
            UInt8(ascii: ")"), UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: ":"),
            UInt8(ascii: ","), UInt8(ascii: "!"), UInt8(ascii: "\""), UInt8(ascii: "'"),
            UInt8(ascii: "="), UInt8(ascii: "|"):
            true
        default: false
        }
    }
}
