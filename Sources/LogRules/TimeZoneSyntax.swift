import Bytes
import Config

extension ScalarSyntax where Value == Int {
    /// A time zone as seconds east of UTC: `UTC`, or an offset such as `+02:00`.
    static var zone: Self {
        Self(
            "time zone",
            expectation: "UTC or an offset such as +02:00",
            standIn: 0,
            describe: { $0 == 0 ? "UTC" : TimeZoneText.offset($0) },
            parse: { text throws(ScalarMismatch) in
                guard let seconds = TimeZoneText.seconds(text) else { throw ScalarMismatch() }
                return seconds
            },
        )
    }
}

/// Time zones as they are written in configurations.
private enum TimeZoneText {
    static func seconds(_ text: String) -> Int? {
        if text == "UTC" || text == "Z" { return 0 }
        let bytes = Array(text.utf8)
        guard bytes.count == 6, bytes[3] == UInt8(ascii: ":"),
            bytes[0] == UInt8(ascii: "+") || bytes[0] == UInt8(ascii: "-"),
            let hours = bytes.span.extracting(1..<3).unsignedDecimal, hours <= 14,
            let minutes = bytes.span.extracting(4..<6).unsignedDecimal, minutes <= 59
        else { return nil }
        let seconds = Int(hours * 3_600 + minutes * 60)
        return bytes[0] == UInt8(ascii: "-") ? -seconds : seconds
    }

    static func offset(_ seconds: Int) -> String {
        var text = OutputBuffer(capacity: 16)
        text.append(seconds < 0 ? "-" : "+")
        text.append(decimal: UInt64(seconds.magnitude / 3_600), width: 2)
        text.append(":")
        text.append(decimal: UInt64(seconds.magnitude / 60 % 60), width: 2)
        return text.text
    }
}
