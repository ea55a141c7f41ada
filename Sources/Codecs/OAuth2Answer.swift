import Bytes

/// What a token's server answers to a client (RFC 6749 §5).
///
/// No error shows any of the answer besides the server's own code, for the rest may be secret.
package struct OAuth2Answer: Sendable, Equatable {
    /// Why an answer holds no token.
    package struct Refused: Error, Sendable, Equatable {
        /// The code of §5.2, such as `invalid_client`, or what is wrong with the answer.
        package let reason: String
    }

    /// The token.
    package let accessToken: String
    /// The scheme that the token is sent with, in the spelling that servers expect.
    package let scheme: String
    /// Seconds until the token ends; nil when the answer does not say.
    package let expiresIn: Int?

    /// The longest code of an error that is shown.
    package static let codeLimit = 64

    /// What goes into the `Authorization` field.
    package var field: String { "\(self.scheme) \(self.accessToken)" }

    /// Reads an answer: an object in JSON.
    ///
    /// - Throws: `Refused` when there is no token in it.
    package init(_ body: borrowing Span<UInt8>) throws(Refused) {
        var token: String?
        var type: String?
        var life: Int?
        var code: String?
        var scanner = JSONScanner()
        do {
            try scanner.expect(UInt8(ascii: "{"), in: body)
            while let key = try scanner.nextKey(in: body) {
                let name = body.extracting(key).text
                let start = scanner.position
                try scanner.skipValue(in: body)
                let value = body.extracting(start..<scanner.position)
                switch name {
                case "access_token": token = JSONText.string(value)
                case "token_type": type = JSONText.string(value)
                case "expires_in": life = JSONText.seconds(value)
                case "error": code = JSONText.string(value)
                default: break
                }
            }
        } catch {
            throw Refused(reason: "the answer is no JSON object")
        }
        if let code, !code.isEmpty {
            let isCode = code.utf8.count <= Self.codeLimit && code.utf8.allSatisfy(Self.isCodeByte)
            throw Refused(reason: isCode ? code : "an error whose code can't be shown")
        }
        guard let token, !token.isEmpty else { throw Refused(reason: "no access_token in it") }
        guard token.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw Refused(reason: "the access_token can't be sent in a header field")
        }
        self.accessToken = token
        self.scheme = try Self.scheme(type ?? "")
        self.expiresIn = life.flatMap { $0 > 0 ? $0 : nil }
    }

    /// Source: golang.org/x/oauth2, `Token.Type`.
    private static func scheme(_ type: String) throws(Refused) -> String {
        switch type.lowercased() {
        case "", "bearer": return "Bearer"
        case "mac": return "MAC"
        case "basic": return "Basic"
        default:
            if type.utf8.count <= Self.codeLimit, type.utf8.allSatisfy(Self.isCodeByte) {
                return type
            }
            throw Refused(reason: "the token_type can't be sent in a header field")
        }
    }

    private static func isCodeByte(_ byte: UInt8) -> Bool {
        byte &- 0x30 <= 9 || (byte | 0x20) &- 0x61 < 26 || byte == UInt8(ascii: "_")
            || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
    }
}

extension OAuth2Answer: CustomStringConvertible, CustomReflectable {
    /// The scheme and how long the token lives.
    package var description: String {
        "\(self.scheme) token" + (self.expiresIn.map { " for \($0) s" } ?? "")
    }

    /// Nothing, so that `dump` and the like show the description.
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// Values of JSON as text.
private enum JSONText {
    /// A string's text; nil when the value is none, or has an escape that is none.
    static func string(_ value: borrowing Span<UInt8>) -> String? {
        let text = value.trimmed
        guard text.count >= 2, text[0] == UInt8(ascii: "\""),
            text[text.count - 1] == UInt8(ascii: "\"")
        else { return nil }
        var bytes: [UInt8] = []
        var index = 1
        while index < text.count - 1 {
            let byte = text[index]
            index += 1
            if byte != UInt8(ascii: "\\") {
                bytes.append(byte)
                continue
            }
            let escape = text[index]
            index += 1
            if escape == UInt8(ascii: "u") {
                guard index + 4 < text.count,
                    let code = Self.hex(text.extracting(index..<index + 4)),
                    let scalar = UnicodeScalar(code)
                else { return nil }
                bytes += Array(String(Character(scalar)).utf8)
                index += 4
            } else if let plain = Self.escapes[escape] {
                bytes.append(plain)
            } else {
                return nil
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }

    /// A number of seconds, which some servers send as a string; its fraction is left out.
    static func seconds(_ value: borrowing Span<UInt8>) -> Int? {
        let text = value.trimmed
        let isQuoted = text.count >= 2 && text[0] == UInt8(ascii: "\"")
        let digits = isQuoted ? text.extracting(1..<text.count - 1) : text
        var number = 0
        var index = 0
        while index < digits.count, digits[index] &- 0x30 <= 9 {
            number = min(number * 10 + Int(digits[index] - 0x30), 1 << 40)
            index += 1
        }
        return index == 0 ? nil : number
    }

    private static let escapes: [UInt8: UInt8] = [
        UInt8(ascii: "\""): UInt8(ascii: "\""), UInt8(ascii: "\\"): UInt8(ascii: "\\"),
        UInt8(ascii: "/"): UInt8(ascii: "/"), UInt8(ascii: "b"): 8, UInt8(ascii: "f"): 12,
        UInt8(ascii: "n"): 10, UInt8(ascii: "r"): 13, UInt8(ascii: "t"): 9,
    ]

    private static func hex(_ digits: borrowing Span<UInt8>) -> UInt32? {
        var code: UInt32 = 0
        for index in digits.indices {
            guard let digit = Character(UnicodeScalar(digits[index])).hexDigitValue else {
                return nil
            }
            code = code << 4 | UInt32(digit)
        }
        return code
    }
}
