package import Pipeline

/// Where an API server is and how to authorize there; two that are equal share their watches.
package struct ClusterAccess: Sendable, Hashable {
    /// The server, such as `https://10.96.0.1:443`, without a slash at the end.
    package var server: String
    /// TLS, proxy and authorization; files among them are read anew on use.
    package var connection: HTTPConnectionSettings

    /// Describes an access; slashes at the end of `server` are left out.
    package init(server: String, connection: HTTPConnectionSettings) {
        self.server = server
        while self.server.hasSuffix("/") { self.server.removeLast() }
        self.connection = connection
    }
}
