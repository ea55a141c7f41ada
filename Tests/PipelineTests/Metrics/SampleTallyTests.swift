import Pipeline
import Telemetry
import Testing

@Suite struct SampleTallyTests {
    @Test func countsEachKindOnce() {
        let meters = Meters()
        let tally = SampleTally(meters)
        let table = SeriesTable(source: 0, generation: 0, hash: KeyedHash())
        var batch = SampleBatch()
        batch.reset(timestamp: 5000)
        batch.append(series: 0, bits: 1)
        let nothing: [UInt8] = []
        batch.attachExemplar(nothing.span, bits: 1, time: 5000)
        batch.append(series: 1, bits: 2)
        batch.append(series: 2, bits: 3)
        batch.attachHistogram(nothing.span, isCustom: false)
        tally.receive(batch, of: table)
        batch.reset(timestamp: 4000)
        batch.append(series: 0, bits: 1)
        tally.receive(batch, of: table)
        func count(_ kind: String) -> Int {
            meters.counter("prometheus_remote_storage_\(kind)_in_total", "").value
        }
        #expect((count("samples"), count("histograms"), count("exemplars")) == (3, 1, 1))
        let newest = meters.gauge("prometheus_remote_storage_highest_timestamp_in_seconds", "")
        #expect(newest.value == 5)
    }
}
