import Bytes
import Codecs
import Pipeline
import Testing

@Suite struct MetersTests {
    private func exposition(of meters: Meters) -> String {
        var writer = MetricWriter()
        meters.write(into: &writer)
        var output = OutputBuffer()
        writer.render(into: &output)
        return output.text
    }

    @Test func theSameNameAndLabelsAreTheSameCounter() {
        let meters = Meters()
        meters.counter("martlet_x_total", "X.", [MeterLabel("sink", "a")]).add(2)
        meters.counter("martlet_x_total", "X.", [MeterLabel("sink", "a")]).add()
        meters.counter("martlet_x_total", "X.", [MeterLabel("sink", "b")]).add()
        #expect(
            self.exposition(of: meters) == """
                # HELP martlet_x_total X.
                # TYPE martlet_x_total counter
                martlet_x_total{sink="a"} 3
                martlet_x_total{sink="b"} 1

                """
        )
    }

    @Test func histogramsAreCumulative() {
        let meters = Meters()
        let histogram = meters.histogram("martlet_t_seconds", "T.", bounds: [0.1, 1])
        for value in [0.05, 0.1, 0.5, 7] { histogram.observe(value) }
        #expect(
            self.exposition(of: meters) == """
                # HELP martlet_t_seconds T.
                # TYPE martlet_t_seconds histogram
                martlet_t_seconds_bucket{le="0.1"} 2
                martlet_t_seconds_bucket{le="1"} 3
                martlet_t_seconds_bucket{le="+Inf"} 4
                martlet_t_seconds_sum 7.65
                martlet_t_seconds_count 4

                """
        )
    }

    @Test func countsFromManyTasksAddUp() async {
        let meters = Meters()
        await withTaskGroup { group in
            for _ in 0..<8 {
                group.addTask {
                    let counter = meters.counter("martlet_n_total", "N.")
                    for _ in 0..<1_000 { counter.add() }
                }
            }
        }
        #expect(meters.counter("martlet_n_total", "N.").value == 8_000)
    }

    @Test func attachedSourcesAreAsked() {
        struct Source: MeterSource {
            func write(into metrics: inout MetricWriter) { metrics.gauge("martlet_s", "S.", 5) }
        }
        let meters = Meters()
        let attachment = meters.attach(Source())
        #expect(self.exposition(of: meters).hasSuffix("martlet_s 5\n"))
        meters.detach(attachment)
        #expect(self.exposition(of: meters) == "")
    }
}
