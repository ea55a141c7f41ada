import Bytes

/// Percent-encoding of the parts of a URL.
///
/// Source: RFC 3986, sections 2.3 and 3.3; queries as Go's `url.QueryEscape` writes them.
package enum PercentEncoding {
    /// A path; slashes stay.
    package static func path(_ text: String) -> String {
        Self.encode(text, keeping: "-._~!$&'()*+,;=:@/", spaceAsPlus: false)
    }

    /// A name or a value of a query, or of a form.
    package static func query(_ text: String) -> String {
        Self.encode(text, keeping: "-._~", spaceAsPlus: true)
    }

    private static func encode(_ text: String, keeping: String, spaceAsPlus: Bool) -> String {
        let kept = Set(keeping.utf8)
        var output = OutputBuffer(capacity: text.utf8.count * 3)
        for byte in text.utf8 {
            let lower = byte | 0x20
            if (lower >= 0x61 && lower <= 0x7a) || (byte >= 0x30 && byte <= 0x39)
                || kept.contains(byte)
            {
                output.append(byte)
            } else if byte == UInt8(ascii: " "), spaceAsPlus {
                output.append(UInt8(ascii: "+"))
            } else {
                output.append(UInt8(ascii: "%"))
                output.append(Self.digit(byte >> 4))
                output.append(Self.digit(byte & 0xf))
            }
        }
        return output.text
    }

    private static func digit(_ nibble: UInt8) -> UInt8 {
        nibble < 10 ? 0x30 + nibble : 0x37 + nibble
    }
}
