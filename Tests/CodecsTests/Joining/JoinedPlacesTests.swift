import Bytes
import Codecs
import Patterns
import RandomTesting
import Telemetry
import Testing

/// Where a reader goes on in each file while records of several lines run through rotations.
struct JoinedPlacesTests {
    /// Files of one output, made of pieces of lines; what begins a record begins with `BEGIN`.
    private struct Rotation {
        var files: [[UInt8]] = [[]]
        /// For each line, where its first piece stands in each file that has any of it.
        var starts: [[Int: Int64]] = []

        init(seed: UInt64) {
            var random = SplitMix(seed: seed)
            for number in 0..<40 {
                let text = Bool.random(using: &random) ? "BEGIN \(number)" : "more \(number)"
                let pieces =
                    Int.random(in: 0..<4, using: &random) == 0 ? [text, " of it"] : [text]
                self.starts.append([:])
                for (index, piece) in pieces.enumerated() {
                    if Int.random(in: 0..<6, using: &random) == 0 { self.files.append([]) }
                    let file = self.files.count - 1
                    let start = Int64(self.files[file].count)
                    let isFirstHere = self.starts[number][file] == nil
                    if isFirstHere { self.starts[number][file] = start }
                    let tag = index == pieces.count - 1 ? "F" : "P"
                    let line = "2026-11-24T10:00:00.5Z stderr \(tag) \(piece)\n"
                    self.files[file] += Array(line.utf8)
                }
            }
        }

        /// Where to go on in a file that was read up to `consumed`, after so many lines.
        func place(in file: Int, consumed: Int, after lines: Int) -> Int64 {
            let waiting = self.starts[lines...].compactMap { $0[file] }
            return min(waiting.min() ?? .max, Int64(consumed))
        }
    }

    @Test(arguments: 1...200 as ClosedRange<UInt64>)
    func `no file is done before its records, nor waits for those of others`(
        seed: UInt64
    ) throws {
        let rotation = Rotation(seed: seed)
        var random = SplitMix(seed: seed + 1000)
        var expressions = JoinExpressions()
        expressions.start = [try Pattern("^BEGIN")]
        var reading = JoinReading(.expressions(expressions))
        var assembly = LineAssembly()
        reading.begin(&assembly)
        var consumed: [Int] = []
        for (file, bytes) in rotation.files.enumerated() {
            consumed.append(0)
            while consumed[file] < bytes.count {
                // Whole lines: what is left of one would be read again.
                let limit = min(
                    bytes.count,
                    consumed[file] + Int.random(in: 1...300, using: &random),
                )
                let end = bytes[(limit - 1)...].firstIndex(of: UInt8(ascii: "\n")) ?? limit
                reading.reading.read(
                    Array(bytes[...end]),
                    file: file,
                    from: consumed[file],
                    &assembly,
                )
                consumed[file] = end + 1
                while assembly.finishedFile != nil {
                    var batch = LogBatch(capacity: 16)
                    _ = assembly.takeFinished(into: &batch.table)
                    reading.reading.collect(batch)
                }
                _ = assembly.takeCarried()
                let lines = reading.reading.records.reduce(0) {
                    $0 + $1.text.split(separator: "\n").count
                }
                for (other, end) in consumed.enumerated() {
                    let place = assembly.position(in: other, consumed: Int64(end))
                    let expected = rotation.place(in: other, consumed: end, after: lines)
                    #expect(place.resume == expected, "file \(other) of \(file), line \(lines)")
                }
            }
        }
    }
}
