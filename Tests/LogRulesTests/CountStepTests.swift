import Bytes
import Codecs
import LogRules
import Pipeline
import Telemetry
import Testing

/// Metrics made of records.
@Suite struct CountStepTests {
    /// What the agent's own metrics say after a step saw some lines.
    private func metrics(_ yaml: String, _ lines: [String]) throws -> [String] {
        let meters = Meters()
        let workers = [
            try StepBench.worker(JSONStep.self, "{}"),
            try StepBench.worker(CountStep.self, yaml, meters: meters),
        ]
        let seen = StepBench.run(workers, on: lines)
        #expect(seen.count == lines.count)
        return MeterText.lines(of: meters).filter { $0.hasPrefix("martlet_log_") }
    }

    @Test func recordsAreCounted() throws {
        let lines = [#"{"a":"x"}"#, #"{"a":"y"}"#, "x"]
        #expect(
            try self.metrics("{name: errors, body_contains: a}", lines).contains(
                #"martlet_log_match_total{name="errors",sink="es"} 2"#
            )
        )
    }

    @Test func labelsAreBounded() throws {
        let lines = (0..<5).map { "{\"code\":\($0),\"n\":1}" } + [#"{"code":0}"#]
        let metrics = try self.metrics("{name: c, labels: {code: code}, series_limit: 2}", lines)
        #expect(metrics.contains(#"martlet_log_match_total{code="0",name="c",sink="es"} 2"#))
        #expect(metrics.contains(#"martlet_log_match_total{code="1",name="c",sink="es"} 1"#))
        #expect(metrics.filter { $0.hasPrefix("martlet_log_match_total") }.count == 2)
        #expect(metrics.contains(#"martlet_log_count_overflow_total{name="c",sink="es"} 3"#))
    }

    @Test func valuesAreSummedUp() throws {
        let lines = [
            #"{"bytes":1.5}"#, #"{"bytes":"2"}"#, #"{"bytes":"x"}"#, #"{"bytes":-1}"#, "{}",
        ]
        let metrics = try self.metrics("{name: b, metric: bytes_total, value: bytes}", lines)
        #expect(metrics.contains(#"martlet_log_custom_bytes_total{name="b",sink="es"} 3.5"#))
    }

    @Test func valuesMakeAHistogram() throws {
        let yaml = "{name: d, metric: seconds, value: s, buckets: [0.1, 1]}"
        let metrics = try self.metrics(yaml, [#"{"s":0.05}"#, #"{"s":5}"#])
        #expect(
            metrics.contains(#"martlet_log_custom_seconds_bucket{name="d",sink="es",le="0.1"} 1"#)
        )
        #expect(metrics.contains(#"martlet_log_custom_seconds_count{name="d",sink="es"} 2"#))
    }

    @Test(arguments: [
        "{}", "{name: a, metric: 1x}", "{name: a, labels: {sink: a}}", "{name: a, value: x}",
        "{name: a, metric: m, value: x, buckets: [2, 1]}", "{name: a, metric: m, buckets: [1]}",
        "{name: a, series_limit: 0}",
    ])
    func whatCannotBeCountedIsAnError(_ yaml: String) {
        #expect(throws: (any Error).self) { try StepBench.worker(CountStep.self, yaml) }
    }
}
