import Codecs
import Testing

@testable import Agent

@Suite struct AcceptHeaderTests {
    /// What Prometheus 2 and 3, curl, browsers and node_exporter's own tests send.
    @Test(
        arguments: [
            (nil, .prometheusText), ("", .prometheusText), ("*/*", .prometheusText),
            ("text/plain", .prometheusText), ("application/openmetrics-text", .openMetrics),
            ("application/openmetrics-text;version=1.0.0", .openMetrics),
            (
                "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,"
                    + "application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;"
                    + "escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
                .openMetrics,
            ),
            (
                "application/openmetrics-text; version=0.0.1; q=0.9, text/plain; version=0.0.4; q=0.5",
                .prometheusText,
            ),
            ("text/plain;version=0.0.4;q=0.9,application/openmetrics-text;q=0.5", .prometheusText),
            ("application/vnd.google.protobuf;q=0.9", .prometheusText),
            ("garbage;;;q=,,,", .prometheusText),
        ] as [(String?, MetricWriter.Format)]
    )
    func choosesTheFormat(_ header: String?, _ expected: MetricWriter.Format) {
        #expect(AcceptHeader.format(of: header) == expected)
    }
}
