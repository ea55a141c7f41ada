package import Config

/// How requests are signed for AWS (Signature Version 4); signed ones follow no redirect.
package struct SigV4Options: Sendable, Hashable {
    /// Where the keys come from.
    package enum Keys: Sendable, Hashable {
        /// Keys at hand, and the token of a session if they belong to one.
        case fixed(accessKey: String, secretKey: ConfigSecret, sessionToken: ConfigSecret?)
        /// A profile in a shared credentials file, read for each request.
        case profile(String, file: String)
    }

    /// The region, such as `eu-central-1`.
    package var region: String
    /// The service, Amazon's managed Prometheus unless told otherwise.
    package var service = "aps"
    /// The keys.
    package var keys: Keys

    /// Signs for a region.
    package init(region: String, keys: Keys) {
        self.region = region
        self.keys = keys
    }

    /// Reads the section `sigv4`.
    ///
    /// Keys are those of the section, else those of the profile it or `AWS_PROFILE` names, else
    /// those of the environment, else the profile `default`.
    /// Source: prometheus/sigv4, `sigv4_config.go`.
    package init(readingFrom node: inout ConfigNode) {
        let region = node.string("region", "The region; `AWS_REGION` when absent.")
        let accessKey = node.string("access_key", default: "", "The access key.")
        let secretKey = node.hiddenString("secret_key", "The secret key.")
        let profile = node.string("profile", "A profile in the shared credentials file.")
        let role = node.string("role_arn", default: "", "Not honoured: a role to assume.")
        self.init(
            region: region ?? node.environmentVariable("AWS_REGION")
                ?? node.environmentVariable("AWS_DEFAULT_REGION") ?? "",
            keys: Self.keys(accessKey, secretKey, profile, in: node),
        )
        self.service = node.string("service_name", default: "aps", "The service's name.")
        node.unsupported("external_id", "It belongs to role_arn, which is not honoured.")
        node.unsupported("use_fips_sts_endpoint", "No role is assumed here.")
        if !role.isEmpty {
            node.reject(
                "role_arn",
                because: "expected no role: this agent does not ask AWS for a role's keys",
                remedy: "write the role's keys to a profile, or use a signing proxy",
            )
        }
        if accessKey.isEmpty != (secretKey == nil) {
            node.reject(
                because: "expected access_key and secret_key together, found one of them",
                remedy: "add the other",
            )
        }
        if self.region.isEmpty {
            node.reject(
                "region",
                because: "expected a region, found nothing",
                remedy: "add the key region, or set AWS_REGION",
            )
        }
        for (key, value) in [("region", self.region), ("service_name", self.service)]
        where !value.utf8.allSatisfy(Self.isNameByte) {
            node.reject(key, expected: "letters, digits and hyphens")
        }
    }

    private static func keys(
        _ accessKey: String,
        _ secretKey: String?,
        _ profile: String?,
        in node: borrowing ConfigNode,
    ) -> Keys {
        if !accessKey.isEmpty, let secretKey {
            return .fixed(
                accessKey: accessKey,
                secretKey: .literal(secretKey),
                sessionToken: nil,
            )
        }
        let file =
            node.environmentVariable("AWS_SHARED_CREDENTIALS_FILE")
            ?? "\(node.environmentVariable("HOME") ?? "/root")/.aws/credentials"
        if let profile = profile ?? node.environmentVariable("AWS_PROFILE"), !profile.isEmpty {
            return .profile(profile, file: file)
        }
        if let accessKey = node.environmentVariable("AWS_ACCESS_KEY_ID"),
            let secretKey = node.environmentVariable("AWS_SECRET_ACCESS_KEY")
        {
            return .fixed(
                accessKey: accessKey,
                secretKey: .literal(secretKey),
                sessionToken: node.environmentVariable("AWS_SESSION_TOKEN").map { .literal($0) },
            )
        }
        return .profile("default", file: file)
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        byte &- 0x30 <= 9 || (byte | 0x20) &- 0x61 < 26 || byte == UInt8(ascii: "-")
            || byte == UInt8(ascii: "_")
    }
}
