import Telemetry
import Testing

@testable import Agent

@Suite struct LabelSelectorTests {
    private static let labels: LabelSet = ["job": "node", "instance": "10.0.0.1:9100"]

    @Test(
        arguments: [
            ("{}", true), ("{job=\"node\"}", true), ("{job=\"nod\"}", false),
            (" { job != 'x' , instance=~`10\\..*` , } ", true), ("{instance=~\"10\"}", false),
            ("{instance!~\"10.*\"}", false), ("{absent=\"\"}", true), ("{absent!=\"\"}", false),
            ("up", false), ("up{job=\"node\"}", false), ("{\"job\"=\"node\"}", true),
            ("{job=\"a\\\"\\n\\\\\"}", false),
        ]
    )
    func matches(_ text: String, _ isMatch: Bool) throws {
        #expect(try LabelSelector(text).matches(Self.labels) == isMatch)
    }

    @Test(
        arguments: [
            "", "{", "{job}", "{job=}", "{job=node}", "{job=\"node}", "{job=~\"(\"}", "{} x",
            "{job==\"x\"}", "{job=\"x\" y=\"z\"}", "{=\"x\"}", "x{", "{job=\"\\q\"}",
        ]
    )
    func refuses(_ text: String) {
        #expect(throws: LabelSelector.Mistake.self) { try LabelSelector(text) }
    }

    @Test(
        arguments: [
            ("http://localhost:9100/metrics?a=b", "http://vm:9100/metrics?a=b"),
            ("http://127.0.0.1:1/m", "http://vm:1/m"), ("https://[::1]:1/m", "https://vm:1/m"),
            ("http://localhost/m", "http://localhost/m"), ("http://h:1/m", "http://h:1/m"),
            ("http://localhost.example:1/m", "http://localhost.example:1/m"),
        ]
    )
    func localTargetsAreNamedAsOthersReachThem(_ url: String, _ shown: String) {
        #expect(GlobalURL.of(url, host: "vm") == shown)
    }
}
