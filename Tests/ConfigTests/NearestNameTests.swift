import Testing

@testable import Config

@Suite
struct NearestNameTests {
    private static let names = [
        "scrape_interval", "scrape_timeout", "job_name", "url", "tls_config",
    ]

    @Test(
        arguments: [
            ("scrape_intervall", "scrape_interval"), ("scrap_interval", "scrape_interval"),
            ("scrapeTimeout", "scrape_timeout"), ("SCRAPE_TIMEOUT", "scrape_timeout"),
            ("jobname", "job_name"), ("ulr", "url"), ("uri", "url"), ("tlsconfig", "tls_config"),
            ("interval", nil), ("x", nil), ("", nil), ("completely_different", nil),
        ] as [(String, String?)]
    )
    func nearest(name: String, expected: String?) {
        #expect(NearestName.nearest(to: name, in: Self.names) == expected)
    }

    @Test func `very long names cost nothing`() {
        let name = String(repeating: "a", count: 1_000_000)
        #expect(NearestName.nearest(to: name, in: Self.names) == nil)
    }
}
