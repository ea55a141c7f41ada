import Bytes
import Codecs
import Pipeline
import Testing

@Suite struct SummaryTests {
    @Test func quantilesAreThoseOfTheNewest() {
        let meters = Meters()
        let summary = meters.summary("s", "A summary.", quantiles: [0.5, 0.9, 1])
        #expect(summary.values.allSatisfy { $0.value.isNaN })
        for value in 1...10 { summary.observe(Double(value)) }
        #expect(summary.values.map(\.value) == [5, 9, 10])
        for _ in 0..<Summary.limit { summary.observe(7) }
        #expect(summary.values.map(\.value) == [7, 7, 7])
    }

    @Test func itIsWrittenAsClientLibrariesDo() {
        let meters = Meters()
        let summary = meters.summary(
            "s",
            "A summary.",
            quantiles: [0.5],
            [MeterLabel("interval", "15s")],
        )
        summary.observe(2)
        summary.observe(4)
        meters.secondsCounter("cpu_seconds_total", "CPU time.").add(1_500_000_000)
        var writer = MetricWriter()
        meters.write(into: &writer)
        let payload = Payload(capacity: 256)
        writer.render(into: &payload.bytes)
        let lines = payload.bytes.text.split(separator: "\n").filter { !$0.hasPrefix("#") }
        #expect(
            lines == [
                "cpu_seconds_total 1.5", "s{interval=\"15s\",quantile=\"0.5\"} 2",
                "s_sum{interval=\"15s\"} 6", "s_count{interval=\"15s\"} 2",
            ]
        )
    }

    @Test func equalLabelsGiveTheSameSeries() {
        let meters = Meters()
        for job in 0..<100 { meters.counter("c", "", [MeterLabel("job", "\(job)")]).add(job) }
        #expect(meters.counter("c", "", [MeterLabel("job", "42")]).value == 42)
        #expect(meters.summary("s", "") === meters.summary("s", ""))
    }
}
