import Bytes
import Codecs
import Testing

@Suite struct MetricWriterTests {
    private func render(
        _ format: MetricWriter.Format = .prometheusText,
        _ write: (inout MetricWriter) -> Void,
    ) -> String {
        var writer = MetricWriter(format: format)
        write(&writer)
        var output = OutputBuffer()
        writer.render(into: &output)
        return output.text
    }

    @Test func sortsFamiliesAndSeries() {
        let text = self.render { metrics in
            metrics.family("node_b", .gauge, "B.")
            for cpu in ["10", "2", "1"] {
                metrics.sample(1) { $0.add("cpu", cpu) }
            }
            metrics.gauge("node_a", "A.", 0.5)
        }
        #expect(
            text == """
                # HELP node_a A.
                # TYPE node_a gauge
                node_a 0.5
                # HELP node_b B.
                # TYPE node_b gauge
                node_b{cpu="1"} 1
                node_b{cpu="10"} 1
                node_b{cpu="2"} 1

                """
        )
    }

    @Test func mergesAFamilyBegunTwiceAndDropsEqualSeries() {
        var writer = MetricWriter()
        for value in [1.0, 2.0] {
            writer.family("x_total", .counter, "X.")
            writer.sample(value) { $0.add("a", "b") }
            writer.family("y", .gauge, "Y.")
            writer.sample(value) { $0.add("n", Int(value)) }
        }
        var output = OutputBuffer()
        writer.render(into: &output)
        #expect(
            output.text == """
                # HELP x_total X.
                # TYPE x_total counter
                x_total{a="b"} 1
                # HELP y Y.
                # TYPE y gauge
                y{n="1"} 1
                y{n="2"} 2

                """
        )
        #expect(writer.duplicates == 1)
    }

    @Test func escapesHelpAndValues() {
        let text = self.render { metrics in
            metrics.family("x", .untyped, "a\\b\nc")
            metrics.sample(1) { $0.add("l", "q\"b\\n\nü") }
        }
        #expect(
            text == "# HELP x a\\\\b\\nc\n# TYPE x untyped\nx{l=\"q\\\"b\\\\n\\nü\"} 1\n"
        )
    }

    @Test func replacesInvalidUTF8InValues() {
        let text = self.render { metrics in
            metrics.family("x", .gauge, "X")
            let bytes: [UInt8] = [0x61, 0xff]
            metrics.sample(1) { $0.add("l", bytes.span) }
        }
        #expect(text.hasSuffix("x{l=\"a\u{fffd}\"} 1\n"))
    }

    @Test func writesOpenMetrics() {
        let text = self.render(.openMetrics) { metrics in
            metrics.counter("jobs_total", "Jobs.", 3)
            metrics.counter("odd", "A counter without the suffix.", 1)
            metrics.family("t", .histogram, "T.")
            metrics.bucket(0.5, 1) { $0.add("p", "/") }
            metrics.bucket(.infinity, 2) { $0.add("p", "/") }
            metrics.sample(0.75, suffix: .sum) { $0.add("p", "/") }
            metrics.sample(2, suffix: .count) { $0.add("p", "/") }
            metrics.family("u", .untyped, "U.")
            metrics.sample(.nan)
        }
        #expect(
            text == """
                # HELP jobs Jobs.
                # TYPE jobs counter
                jobs_total 3.0
                # HELP odd A counter without the suffix.
                # TYPE odd counter
                odd_total 1.0
                # HELP t T.
                # TYPE t histogram
                t_bucket{p="/",le="0.5"} 1.0
                t_bucket{p="/",le="+Inf"} 2.0
                t_sum{p="/"} 0.75
                t_count{p="/"} 2.0
                # HELP u U.
                # TYPE u unknown
                u NaN
                # EOF

                """
        )
    }

    @Test func leavesOutFamiliesWithoutSamplesAfterReset() {
        var writer = MetricWriter()
        writer.gauge("a", "A.", 1)
        writer.reset()
        writer.gauge("b", "B.", 2)
        var output = OutputBuffer()
        writer.render(into: &output)
        #expect(output.text == "# HELP b B.\n# TYPE b gauge\nb 2\n")
    }
}
