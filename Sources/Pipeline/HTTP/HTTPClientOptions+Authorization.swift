import Config

// What is sent in `Authorization`; more than one way to say it is an error.
extension HTTPClientOptions {
    private typealias Authorization = HTTPConnectionSettings.Authorization

    static func authorization(
        _ node: inout ConfigNode,
        signing: Bool,
    ) -> HTTPConnectionSettings.Authorization {
        var keys = ["basic_auth", "authorization", "oauth2", "bearer_token", "bearer_token_file"]
        let basic = Self.basic(&node)
        let token = Self.token(&node)
        let oauth2 = node.optionalSection("oauth2", "Authorizes by a token of OAuth 2.") {
            node throws(ConfigError) in Authorization.oauth2(OAuth2Options(readingFrom: &node))
        }
        let bearer = node.secret("bearer_token", "The older way to write authorization.")
            .map { Authorization.token(type: "Bearer", credentials: $0) }
        var sigv4: Authorization?
        if signing {
            keys.append("sigv4")
            sigv4 = node.optionalSection("sigv4", "Signs requests for AWS.") {
                node throws(ConfigError) in Authorization.sigv4(SigV4Options(readingFrom: &node))
            }
        }
        let given = [basic, token, oauth2, bearer, sigv4].compactMap(\.self)
        if given.count > 1 {
            let found = keys.filter { node.isPresent($0) }
            node.reject(
                found[1],
                because: "expected at most one way to authorize, found "
                    + found.joined(separator: " and "),
                remedy: "remove all but one",
            )
        }
        return given.first ?? .none
    }

    private static func basic(_ node: inout ConfigNode) -> Authorization? {
        node.optionalSection("basic_auth", "Authorizes by user name and password.") {
            node throws(ConfigError) in
            var username = node.string("username", "The user's name.").map(ConfigSecret.literal)
            if let file = node.filePath("username_file", "A file that holds `username`.") {
                if username != nil, username != .literal("") {
                    node.reject(
                        "username_file",
                        because: "expected username or username_file, found both",
                        remedy: "remove one of them",
                    )
                }
                username = .file(file)
            }
            let password = node.secret("password", "The password.") ?? .literal("")
            return .basic(username: username ?? .literal(""), password: password)
        }
    }

    private static func token(_ node: inout ConfigNode) -> Authorization? {
        node.optionalSection("authorization", "Authorizes by a token.") {
            node throws(ConfigError) -> Authorization in
            let written = node.string("type", default: "Bearer", "The scheme's name.")
            let type = written.split(separator: " ").joined(separator: " ")
            if type.lowercased() == "basic" {
                node.reject(
                    "type",
                    expected: "a scheme other than Basic",
                    remedy: "use basic_auth",
                )
            }
            guard let credentials = node.secret("credentials", "The token.") else { return .none }
            return .token(type: type.isEmpty ? "Bearer" : type, credentials: credentials)
        }
    }
}

extension OAuth2Options {
    /// Reads the section `oauth2`.
    init(readingFrom node: inout ConfigNode) {
        self.init(
            clientID: node.requiredString("client_id", "The client's name."),
            tokenURL: node.requiredString("token_url", "Where tokens are handed out."),
        )
        self.clientSecret =
            node.secret("client_secret", "The client's secret.") ?? .literal("")
        self.scopes = node.strings("scopes", "What the token is asked for.")
        self.parameters = node.stringMap(
            "endpoint_params",
            "Further parameters of the request for a token.",
        ).map { SecretHeader($0.name, .literal($0.value)) }
        self.tls = HTTPClientOptions.tls(&node)
        self.proxy = HTTPClientOptions.proxy(&node)
        let grant = node.string(
            "grant_type",
            default: "client_credentials",
            "The grant; client credentials are the one that is spoken.",
        )
        if !grant.isEmpty, grant != "client_credentials" {
            node.reject("grant_type", expected: "client_credentials")
        }
        for key in [
            "client_certificate_key_id", "client_certificate_key", "client_certificate_key_file",
            "signature_algorithm", "iss", "audience", "claims",
        ] {
            node.unsupported(key, "It belongs to a grant by signed tokens; use client_secret.")
        }
        let isHTTP = ["http://", "https://"].contains { self.tokenURL.hasPrefix($0) }
        if !self.tokenURL.isEmpty, !isHTTP {
            node.reject("token_url", because: "expected an http or https URL")
        }
    }
}
