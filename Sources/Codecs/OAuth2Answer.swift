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
        var reader = JSONReader(body)
        do {
            try reader.beginObject()
            while let key = try reader.nextMember() {
                switch key {
                case "access_token": token = try Self.text(&reader)
                case "token_type": type = try Self.text(&reader)
                case "expires_in": life = try Self.seconds(&reader)
                case "error": code = try Self.text(&reader)
                default: try reader.skip()
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

    /// Takes a string; nil for anything else.
    private static func text(_ reader: inout JSONReader) throws(JSONUnreadable) -> String? {
        if reader.peek() == UInt8(ascii: "\"") { return try reader.string() }
        try reader.skip()
        return nil
    }

    /// Takes a number of seconds, which some servers send as a string; its fraction is left out.
    private static func seconds(_ reader: inout JSONReader) throws(JSONUnreadable) -> Int? {
        let isQuoted = reader.peek() == UInt8(ascii: "\"")
        let digits = reader.text.extracting(isQuoted ? try reader.rawString() : try reader.skip())
        var number = 0
        var index = 0
        while index < digits.count, digits[index] &- 0x30 <= 9 {
            number = min(number * 10 + Int(digits[index] - 0x30), 1 << 40)
            index += 1
        }
        return index == 0 ? nil : number
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
