import Pipeline
import Testing

/// Which requests go through a proxy: the rules of golang.org/x/net/http/httpproxy.
@Suite struct ProxyTests {
    @Test(
        arguments: [
            ("", "example.com", 80, false),
            ("", "localhost", 80, true),
            ("", "LOCALHOST", 80, true),
            ("", "127.0.0.1", 80, true),
            ("", "127.9.9.9", 80, true),
            ("", "::1", 80, true),
            ("*", "example.com", 80, true),
            ("foo.com", "foo.com", 80, true),
            ("foo.com", "bar.foo.com", 80, true),
            ("foo.com", "xfoo.com", 80, false),
            ("foo.com", "FOO.com", 80, true),
            (".foo.com", "foo.com", 80, false),
            (".foo.com", "bar.foo.com", 80, true),
            ("*.foo.com", "a.b.foo.com", 80, true),
            ("*.foo.com", "foo.com", 80, false),
            ("foo.com:8080", "foo.com", 8080, true),
            ("foo.com:8080", "foo.com", 80, false),
            ("192.168.1.1", "192.168.1.1", 80, true),
            ("192.168.1.1:81", "192.168.1.1", 80, false),
            ("192.168.1.1:81", "192.168.1.1", 81, true),
            ("192.168.0.0/16", "192.168.200.1", 80, true),
            ("192.168.0.0/16", "192.169.0.1", 80, false),
            ("192.168.0.0/18", "192.168.63.1", 80, true),
            ("192.168.0.0/18", "192.168.64.1", 80, false),
            ("10.0.0.0/8", "10.example.com", 80, false),
            ("0.0.0.0/0", "8.8.8.8", 80, true),
            ("fd00::/8", "fd12::1", 80, true),
            ("fd00::/8", "fe80::1", 80, false),
            ("[fd12::1]", "fd12::1", 80, true),
            ("[fd12::1]:9090", "fd12::1", 80, false),
            ("[fd12::1]:9090", "fd12::1", 9090, true),
            ("::ffff:10.0.0.1", "10.0.0.1", 80, true),
            (" a.test , b.test:1,,", "b.test", 1, true),
            ("1.2.3.4/33, /8, :80, a/b", "1.2.3.4", 80, false),
            // A combining mark behind a comma.
            ("*,\u{32c}", "example.com", 80, true),
        ]
    )
    func matches(_ list: String, _ host: String, _ port: Int, _ isDirect: Bool) {
        #expect(ProxyExceptions(list).matches(host: host, port: port) == isDirect)
    }

    @Test func withoutExceptionsEverythingGoesThroughTheProxy() {
        let proxy = HTTPProxy("http://p:1")
        #expect(proxy.url(isSecure: false, host: "localhost", port: 80) == "http://p:1")
        #expect(proxy.url(isSecure: true, host: "::1", port: 443) == "http://p:1")
    }

    @Test(
        arguments: [
            ("p:3128", "http://p:3128"), ("HTTPS://p", "HTTPS://p"),
            ("socks5://p:1", "socks5h://p:1"), ("socks5h://p:1", "socks5h://p:1"),
        ]
    )
    func normalizes(_ written: String, _ url: String) {
        #expect(HTTPProxy(written).plain == url)
    }
}
