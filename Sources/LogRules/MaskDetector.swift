import Codecs

/// The names that users have for what a mask looks for.
enum MaskDetector: String, CaseIterable {
    case bearer
    case aws
    case github
    case slack
    case google
    case jwt
    case privateKey = "private_key"
    case password
    case card
    case email
    case ipv4

    /// What is looked for where nothing is said: all that is never wanted.
    static let usual = Self.allCases.filter { $0 != .ipv4 }

    /// The names, for messages.
    static let allNames = Self.allCases.map(\.rawValue).joined(separator: ", ")

    var kind: SecretScanner.Detectors {
        switch self {
        case .bearer: .bearer
        case .aws: .aws
        case .github: .github
        case .slack: .slack
        case .google: .google
        case .jwt: .jwt
        case .privateKey: .privateKey
        case .password: .password
        case .card: .card
        case .email: .email
        case .ipv4: .ipv4
        }
    }
}
