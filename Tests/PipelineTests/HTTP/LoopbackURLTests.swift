import Pipeline
import Testing

@Suite struct LoopbackURLTests {
    @Test(
        arguments: [
            ("http://localhost:9100/metrics", true), ("https://LOCALHOST/metrics", true),
            ("http://127.0.0.1:80/", true), ("http://127.8.9.10/", true),
            ("http://[::1]:80/", true),
            ("http://a.localhost:80/", true), ("http://[::ffff:127.0.0.1]:80/", true),
            ("http://127.example.org/", false), ("http://localhost.example.org/", false),
            ("http://10.0.0.127/", false), ("http://[::2]:80/", false), ("", false),
        ]
    )
    func knowsItsOwnMachine(_ url: String, _ isLoopback: Bool) {
        #expect(LoopbackURL.matches(url) == isLoopback)
    }
}
