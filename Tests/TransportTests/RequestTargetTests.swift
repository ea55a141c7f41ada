import Testing

@testable import Transport

struct RequestTargetTests {
    @Test(arguments: [
        ("/", "/", ""),
        ("/metrics?collect[]=cpu&collect[]=mem", "/metrics", "collect[]=cpu;collect[]=mem"),
        ("/a%2Fb%20c?x", "/a/b c", "x="),
        ("/?a=b=c&&d=%C3%A9+%2B", "/", "a=b=c;d=é +"),
        ("/+?", "/+", ""),
        ("http://host:9470/-/ready?x=1", "/-/ready", "x=1"),
        ("http://host", "/", ""),
        ("https://host?x=1", "/", "x=1"),
        ("*", "*", ""),
    ])
    func takesATargetApart(target: String, path: String, query: String) throws {
        let parsed = try #require(RequestTarget(target))
        #expect(parsed.path == path)
        #expect(parsed.query.map { "\($0.name)=\($0.value)" }.joined(separator: ";") == query)
    }

    @Test(arguments: ["", "metrics", "/%", "/%4", "/%g1", "/%ff", "/?a=%f", "ftp://x/"])
    func refusesWhatIsNoPath(target: String) {
        #expect(RequestTarget(target) == nil)
    }
}

struct HTTPDateTests {
    @Test(arguments: [
        (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
        (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
        (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"),
        (951_868_799, "Tue, 29 Feb 2000 23:59:59 GMT"),
        (1_709_164_800, "Thu, 29 Feb 2024 00:00:00 GMT"),
        (1_798_761_599, "Thu, 31 Dec 2026 23:59:59 GMT"),
        (4_107_542_400, "Mon, 01 Mar 2100 00:00:00 GMT"),
    ])
    func writesTheStandardForm(seconds: Int, text: String) {
        #expect(HTTPDate.text(seconds) == text)
    }
}
