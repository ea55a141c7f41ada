import Codecs
import Testing

@Suite struct ScrapeProtocolTests {
    @Test func asksAsPrometheusDoes() {
        #expect(
            ScrapeProtocol.accept(ScrapeProtocol.standard)
                == "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,"
                + "application/openmetrics-text;version=0.0.1;q=0.5,"
                + "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,"
                + "text/plain;version=0.0.4;q=0.3,*/*;q=0.2"
        )
        #expect(
            ScrapeProtocol.accept([.protobuf] + ScrapeProtocol.standard).hasSuffix("*/*;q=0.1")
        )
        #expect(ScrapeProtocol.accept([.text0]) == "text/plain;version=0.0.4;q=0.6,*/*;q=0.5")
    }

    @Test(
        arguments: [
            ("text/plain", .text), ("text/plain; version=0.0.4; charset=utf-8", .text),
            ("TEXT/PLAIN;x=y", .text),
            ("application/openmetrics-text; version=1.0.0", .openMetrics),
            ("application/vnd.google.protobuf; proto=x", .protobuf), ("text/html", nil), ("", nil),
            (nil, nil),
        ] as [(String?, ScrapeProtocol.Format?)]
    )
    func choosesTheParser(_ type: String?, _ format: ScrapeProtocol.Format?) {
        #expect(ScrapeProtocol.format(ofContentType: type) == format)
    }
}
