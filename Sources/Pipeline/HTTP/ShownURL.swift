/// A URL as it may be shown in logs, metrics and on the page: without user, password and query.
package enum ShownURL {
    /// Cuts what may be secret out of `url`.
    package static func of(_ url: String) -> String {
        let plain = String(url.prefix { $0 != "?" && $0 != "#" })
        guard let scheme = Self.schemeEnd(plain) else { return plain }
        let authority = plain[scheme...].prefix { $0 != "/" }
        guard let at = authority.lastIndex(of: "@") else { return plain }
        return String(plain[..<scheme] + plain[plain.index(after: at)...])
    }

    /// Host, port and path of a URL.
    package static func withoutScheme(_ url: String) -> String {
        let shown = Self.of(url)
        guard let scheme = Self.schemeEnd(shown) else { return shown }
        return String(shown[scheme...])
    }

    /// Where the part behind `://` begins.
    private static func schemeEnd(_ url: String) -> String.Index? {
        guard let colon = url.firstIndex(of: ":"), url[colon...].hasPrefix("://") else {
            return nil
        }
        return url.index(colon, offsetBy: 3)
    }
}
