import Bytes
import Codecs
import Telemetry
import Testing

/// Reads files through a decoder that joins lines, for tests.
struct JoinReading {
    var plan: JoinPlan
    var format = LineDecoder.Format.cri
    /// The most bytes of one chunk.
    var chunkSize = 1 << 20
    var reading = LineReading()
    /// Lines joined and records divided.
    var counts = LineJoiner.Counts()

    init(_ mode: JoinPlan.Mode) { self.plan = JoinPlan(mode) }

    init(_ plan: JoinPlan) { self.plan = plan }

    /// The records of one file, all of which are ended.
    mutating func read(_ bytes: [UInt8]) -> [ReadRecord] {
        var assembly = LineAssembly()
        self.begin(&assembly)
        self.reading.read(bytes, file: 1, finish: true, &assembly)
        self.end(&assembly)
        return self.reading.records
    }

    /// Has an assembly join by the plan.
    mutating func begin(_ assembly: inout LineAssembly) {
        let plan = self.plan
        assembly.joiner = LineJoiner { _ in plan }
        self.reading.decoder.format = self.format
        self.reading.chunkSize = self.chunkSize
    }

    /// Ends what may go on, and takes what had ended.
    mutating func end(_ assembly: inout LineAssembly) {
        assembly.endRecords(onlyDue: false)
        while assembly.finishedFile != nil {
            var batch = LogBatch(capacity: 16)
            _ = assembly.takeFinished(into: &batch.table)
            self.reading.collect(batch)
        }
        self.reading.waitingBytes = assembly.sourceBytes
        self.counts = assembly.joiner?.takeCounts() ?? self.counts
    }

    /// What a mode makes of lines of one output, written at the same time.
    static func texts(_ mode: JoinPlan.Mode, _ lines: [String]) -> [String] {
        var reading = JoinReading(mode)
        return reading.read(Self.file(lines)).map(\.text)
    }

    /// A container's file with these lines; the seconds say when each was written.
    static func file(
        _ lines: [String],
        stream: String = "stderr",
        second: (Int) -> Int = { _ in 0 },
    ) -> [UInt8] {
        var bytes: [UInt8] = []
        for (index, line) in lines.enumerated() {
            let seconds = second(index)
            let time = [seconds / 3600 % 24, seconds / 60 % 60, seconds % 60]
                .map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":")
            bytes += Array("2026-11-24T\(time).5Z \(stream) F \(line)\n".utf8)
        }
        return bytes
    }
}

/// What a program printed: `▶` stands before each line that begins a record, `⇥` for a tab.
struct TraceSample: Sendable, CustomTestStringConvertible {
    let name: String
    let mode: JoinPlan.Mode
    let lines: [String]
    let records: [String]

    var testDescription: String { self.name }

    init(_ name: String, _ mode: JoinPlan.Mode, _ text: String) {
        self.name = name
        self.mode = mode
        var lines: [String] = []
        var records: [String] = []
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            let shown = String(line.map { $0 == "⇥" ? "\t" : $0 })
            if shown.hasPrefix("▶") {
                lines.append(String(shown.dropFirst()))
                records.append(String(shown.dropFirst()))
            } else {
                lines.append(shown)
                records[records.count - 1] += "\n" + shown
            }
        }
        self.lines = lines
        self.records = records
    }
}
