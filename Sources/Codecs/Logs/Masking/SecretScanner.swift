import Bytes

/// Finds what should not be in logs: credentials, card numbers, addresses of people.
///
/// One pass over the text: a table tells the few bytes at which something may be, such as `@` or the
/// `J` of `eyJ`, and only there is looked closer. Nothing allocates. A text that was masked once is not
/// found again, so it can be masked several times.
package struct SecretScanner: Sendable {
    /// Kinds of secrets.
    package struct Detectors: OptionSet, Sendable, Hashable {
        /// The set as bits.
        package let rawValue: UInt16

        /// Takes the set from bits.
        package init(rawValue: UInt16) { self.rawValue = rawValue }

        /// `Bearer TOKEN`, as in an `Authorization` header.
        package static let bearer = Self(rawValue: 1)
        /// Ids of AWS access keys.
        package static let aws = Self(rawValue: 2)
        /// GitHub's tokens.
        package static let github = Self(rawValue: 4)
        /// Slack's tokens.
        package static let slack = Self(rawValue: 8)
        /// Google's API keys.
        package static let google = Self(rawValue: 16)
        /// JSON Web Tokens.
        package static let jwt = Self(rawValue: 32)
        /// Private keys in PEM.
        package static let privateKey = Self(rawValue: 64)
        /// Values of passwords, secrets, tokens and keys, and passwords in URLs.
        package static let password = Self(rawValue: 128)
        /// Numbers of payment cards, by length, prefix and check digit.
        package static let card = Self(rawValue: 256)
        /// E-mail addresses.
        package static let email = Self(rawValue: 512)
        /// IPv4 addresses.
        package static let ipv4 = Self(rawValue: 1024)
    }

    /// Where a secret lies.
    package struct Match: Sendable, Hashable {
        /// The bytes to replace.
        package var range: Range<Int>
        /// Whether the replacement needs quotes to leave JSON well-formed.
        package var needsQuotes = false
    }

    /// What may begin or be known at a byte.
    enum Trigger: UInt8 {
        case none, assignment, at, jwt, aws, underscore, slack, google, bearer, dash, digit
    }

    let detectors: Detectors
    // By byte; an inline array would be copied with every use.
    private let triggers: [Trigger]
    private let triggering: ByteSet

    /// Looks for some kinds of secrets.
    package init(_ detectors: Detectors) {
        self.detectors = detectors
        var triggers = [Trigger](repeating: .none, count: 256)
        func set(_ bytes: StaticString, _ trigger: Trigger, _ kinds: Detectors) {
            if detectors.isDisjoint(with: kinds) { return }
            for index in 0..<bytes.utf8CodeUnitCount {
                triggers[Int(unsafe bytes.utf8Start[index])] = trigger
            }
        }
        set("=:", .assignment, .password)
        set("@", .at, [.email, .password])
        set("J", .jwt, .jwt)
        set("I", .aws, .aws)
        set("_", .underscore, .github)
        set("x", .slack, .slack)
        set("z", .google, .google)
        set("Bb", .bearer, .bearer)
        set("-", .dash, .privateKey)
        set("0123456789", .digit, [.card, .ipv4])
        self.triggers = triggers
        self.triggering = ByteSet { triggers[Int($0)] != .none }
    }

    /// The first secret that lies at or after `start`.
    package func next(in text: borrowing Span<UInt8>, from start: Int) -> Match? {
        let triggers = self.triggers.span
        let detectors = self.detectors
        var index = start
        while true {
            index = self.triggering.firstOffset(in: text, from: index)
            if index >= text.count { return nil }
            let trigger = triggers[Int(text[index])]
            if trigger == .digit {
                let (match, end) = Self.digits(text, start, index, detectors)
                if let match { return match }
                index = end
                continue
            }
            if let match = Self.match(trigger, text, start, index, detectors) { return match }
            index &+= 1
        }
    }

    @inline(__always)
    private static func match(
        _ trigger: Trigger,
        _ text: borrowing Span<UInt8>,
        _ start: Int,
        _ index: Int,
        _ detectors: Detectors,
    ) -> Match? {
        switch trigger {
        case .none, .digit: nil
        case .assignment: Self.assignment(text, start, index)
        case .at: Self.address(text, start, index, detectors)
        case .jwt: Self.jsonWebToken(text, start, index)
        case .aws: Self.awsKey(text, start, index)
        case .underscore: Self.githubToken(text, start, index)
        case .slack: Self.slackToken(text, start, index)
        case .google: Self.googleKey(text, start, index)
        case .bearer: Self.bearerToken(text, start, index)
        case .dash: Self.pemKey(text, index)
        }
    }
}
