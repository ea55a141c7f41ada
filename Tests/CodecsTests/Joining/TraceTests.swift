import Codecs
import Telemetry
import Testing

/// Stack traces of each language, with ordinary lines around them.
struct TraceTests {
    @Test(arguments: TraceSample.all)
    func `a trace is one record and what is around it is not`(_ sample: TraceSample) {
        #expect(JoinReading.texts(sample.mode, sample.lines) == sample.records)
    }

    @Test(arguments: TraceSample.all)
    func `the automatic mode finds the language`(_ sample: TraceSample) {
        #expect(JoinReading.texts(.automatic, sample.lines) == sample.records)
    }

    @Test(arguments: TraceSample.all)
    func `however a file is cut the same records come out`(_ sample: TraceSample) {
        let bytes = JoinReading.file(sample.lines)
        for chunkSize in 160...400 where chunkSize % 3 == 0 {
            var reading = JoinReading(sample.mode)
            reading.chunkSize = chunkSize
            #expect(reading.read(bytes).map(\.text) == sample.records, "chunks of \(chunkSize)")
        }
    }

    @Test(arguments: TraceSample.all)
    func `outputs that alternate don't tear traces apart`(_ sample: TraceSample) {
        var bytes: [UInt8] = []
        for (index, line) in sample.lines.enumerated() {
            bytes += JoinReading.file([line])
            bytes += JoinReading.file(["GET /\(index) 200"], stream: "stdout")
        }
        for chunkSize in [200, 1 << 20] {
            var reading = JoinReading(sample.mode)
            reading.chunkSize = chunkSize
            let records = reading.read(bytes)
            #expect(records.filter { $0.stream == .stderr }.map(\.text) == sample.records)
            #expect(records.count { $0.stream == .stdout } == sample.lines.count)
        }
    }

    @Test(arguments: TraceSample.all)
    func `another language's mode leaves no line out`(_ sample: TraceSample) {
        for languages: TraceLanguages in [.exceptions, .python, .go, .ruby, .php, .rust] {
            let records = JoinReading.texts(.traces(languages), sample.lines)
            #expect(records.joined(separator: "\n") == sample.lines.joined(separator: "\n"))
        }
    }

    @Test func `a trace that was begun before is one record`() {
        let lines = [
            "\tat com.example.Shop.sell(Shop.java:42)", "\tat com.example.Main.main(Main.java:1)",
            "Caused by: java.io.IOException: x", "ready",
        ]
        let records = JoinReading.texts(.traces(.exceptions), lines)
        #expect(records == [lines[..<3].joined(separator: "\n"), "ready"])
    }
}
