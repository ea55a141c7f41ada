/// Checks on a file's bytes that libyaml makes without saying which line they are about.
enum SourceText {
    /// Throws for bytes that are not UTF-8 and for characters that YAML does not allow.
    static func check(_ bytes: Span<UInt8>, file: String) throws(ConfigError) {
        if bytes.count >= 2, bytes[0] ^ bytes[1] == 1, bytes[0] >= 0xfe {
            throw ConfigError(
                at: ConfigLocation(file: file, line: 1, column: 1),
                "expected UTF-8, found UTF-16",
                remedy: "save the file as UTF-8",
            )
        }
        do {
            _ = try UTF8Span(validating: bytes)
        } catch {
            let offset = error.byteOffsets.lowerBound
            throw Self.error(
                bytes,
                offset,
                file,
                "expected UTF-8, found the byte \(Self.hex(bytes[offset]))",
                "save the file as UTF-8",
            )
        }
        for offset in bytes.indices where Self.isForbidden(bytes[offset]) {
            throw Self.error(
                bytes,
                offset,
                file,
                "expected text, found the control character \(Self.hex(bytes[offset]))",
                "remove the character, or write it as \\x in double quotes",
            )
        }
    }

    /// How many bytes of a byte order mark the text starts with.
    static func byteOrderMarkLength(_ bytes: Span<UInt8>) -> Int {
        guard bytes.count >= 3, bytes[0] == 0xef, bytes[1] == 0xbb, bytes[2] == 0xbf else {
            return 0
        }
        return 3
    }

    private static func isForbidden(_ byte: UInt8) -> Bool {
        byte == 0x7f || byte < 0x20 && byte != 0x09 && byte != 0x0a && byte != 0x0d
    }

    private static func error(
        _ bytes: Span<UInt8>,
        _ offset: Int,
        _ file: String,
        _ message: String,
        _ remedy: String,
    ) -> ConfigError {
        var line = 1
        var column = 1
        for index in 0..<offset {
            if bytes[index] == UInt8(ascii: "\n") {
                line += 1
                column = 1
            } else if bytes[index] & 0xc0 != 0x80 {
                column += 1
            }
        }
        let location = ConfigLocation(file: file, line: line, column: column)
        return ConfigError(at: location, message, remedy: remedy)
    }

    private static func hex(_ byte: UInt8) -> String {
        (byte < 16 ? "0x0" : "0x") + String(byte, radix: 16)
    }
}
