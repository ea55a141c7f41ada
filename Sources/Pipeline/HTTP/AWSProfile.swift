package import Config

/// A profile of AWS's shared credentials file.
///
/// The file is INI text: `[name]`, then `aws_access_key_id = …`, `aws_secret_access_key = …` and
/// perhaps `aws_session_token = …`. Source: AWS SDKs' reference, "shared config files".
package struct AWSProfile: Sendable, Hashable {
    /// Why a file gives no keys.
    package enum Missing: Error, Sendable, Hashable {
        /// It has no such profile.
        case profile
        /// The profile has no keys.
        case keys
    }

    /// The access key.
    package let accessKey: String
    /// The secret key.
    package let secretKey: ConfigSecret
    /// The token of the session that the keys belong to.
    package let sessionToken: ConfigSecret?

    /// Finds a profile's keys in a file's text; what is no line of its own kind is passed over.
    ///
    /// - Throws: `Missing` when they are not there.
    package init(_ name: String, in text: String) throws(Missing) {
        var isFound = false
        var isInside = false
        var values: [String: String] = [:]
        for line in text.split(whereSeparator: \.isNewline) {
            let line = Self.trimmed(line)
            if line.hasPrefix("#") || line.hasPrefix(";") { continue }
            if line.hasPrefix("["), let end = line.firstIndex(of: "]") {
                let section = Self.trimmed(line[line.index(after: line.startIndex)..<end])
                isInside = section == name || section == "profile \(name)"
                isFound = isFound || isInside
                continue
            }
            guard isInside, let equals = line.firstIndex(of: "=") else { continue }
            let key = Self.trimmed(line[..<equals]).lowercased()
            values[key] = String(Self.trimmed(line[line.index(after: equals)...]))
        }
        if !isFound { throw .profile }
        guard let accessKey = values["aws_access_key_id"], !accessKey.isEmpty,
            let secretKey = values["aws_secret_access_key"], !secretKey.isEmpty
        else { throw .keys }
        self.accessKey = accessKey
        self.secretKey = .literal(secretKey)
        let token = values["aws_session_token"] ?? ""
        self.sessionToken = token.isEmpty ? nil : .literal(token)
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text.drop(while: \.isWhitespace)
        while text.last?.isWhitespace == true { text.removeLast() }
        return text
    }
}
