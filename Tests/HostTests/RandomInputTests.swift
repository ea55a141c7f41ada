import Bytes
import Host
import Testing

/// Every parser on bytes that no kernel wrote: an error or a value, never a crash.
@Suite struct RandomInputTests {
    /// Always the same sequence, so that a failure can be seen again.
    private struct Generator: RandomNumberGenerator {
        var state: UInt64 = 0x6d61_7274_6c65_7431

        mutating func next() -> UInt64 {
            self.state ^= self.state << 13
            self.state ^= self.state >> 7
            self.state ^= self.state << 17
            return self.state
        }
    }

    /// Bytes that parsers look for, so that some input gets far.
    private static let pieces: [[UInt8]] = [
        "cpu", "cpu0", " ", "\n", ":", "\t", "1", "18446744073709551616", "-1", "0.5", "kB",
        "intr", "softirq", "processor", "cpu MHz", "some ", "full ", "total=", "TCP:", "inuse",
        "E:", "ID_MODEL", "=", " - ", "8:0", "/mnt", "rw,ro", "\\040", "sda", "eth0:", "\0",
    ].map { Array($0.utf8) }

    private static func input(_ generator: inout Generator) -> [UInt8] {
        var bytes: [UInt8] = []
        for _ in 0..<Int.random(in: 0...40, using: &generator) {
            if Int.random(in: 0..<8, using: &generator) == 0 {
                bytes.append(UInt8.random(in: 0...255, using: &generator))
            } else {
                bytes += Self.pieces[Int.random(in: 0..<Self.pieces.count, using: &generator)]
            }
        }
        return bytes
    }

    /// Parses with every parser of the target and returns how many took the input.
    private static func parseAll(_ bytes: [UInt8]) -> Int {
        let text = bytes.span
        var taken = 0
        func attempt(_ parse: () throws(FormatError) -> Void) {
            do {
                try parse()
                taken += 1
            } catch {
                // An error is as good as a value here.
            }
        }
        attempt { () throws(FormatError) in
            var stat = ProcStat()
            try stat.parse(text)
        }
        attempt { () throws(FormatError) in _ = try LoadAverage(parsing: text) }
        attempt { () throws(FormatError) in try MemoryInfo.visit(text) { _, _, _ in } }
        attempt { () throws(FormatError) in try VirtualMemoryCounters.visit(text) { _, _, _ in } }
        attempt { () throws(FormatError) in try DiskStatistics.visit(text) { _, _ in } }
        attempt { () throws(FormatError) in _ = try PressureStall(parsing: text) }
        attempt { () throws(FormatError) in _ = try FileHandleCounts(parsing: text) }
        attempt { () throws(FormatError) in try SocketStatistics.visit(text) { _, _, _ in } }
        attempt { () throws(FormatError) in _ = try Mount.table(parsing: text) }
        attempt { () throws(FormatError) in try CPUInfo.visit(text) { _, _ in } }
        attempt { () throws(FormatError) in _ = try CPUTopology.numbers(parsing: text) }
        attempt { () throws(FormatError) in try NetworkDeviceTable.visit(text) { _, _ in } }
        attempt { () throws(FormatError) in try LinkStatistics.visit(text) { _, _ in } }
        attempt { () throws(FormatError) in _ = UdevProperties(parsing: text) }
        attempt { () throws(FormatError) in
            try ProtocolCounters.visit(text, .pairs) { _, _, _, _ in }
        }
        attempt { () throws(FormatError) in
            try ProtocolCounters.visit(text, .lines) { _, _, _, _ in }
        }
        attempt { () throws(FormatError) in try SchedulerStatistics.visit(text) { _ in } }
        attempt { () throws(FormatError) in try SoftnetStatistics.visit(text) { _ in } }
        attempt { () throws(FormatError) in _ = try ConntrackStatistics(parsing: text) }
        attempt { () throws(FormatError) in _ = try UDPQueues(parsing: text) }
        attempt { () throws(FormatError) in _ = try OSRelease(parsing: text) }
        attempt { () throws(FormatError) in _ = try NeighborTable.counts(parsing: text) }
        attempt { () throws(FormatError) in _ = try NeighborTable.counts(parsingDump: text) }
        return taken
    }

    @Test func noInputCrashesAParser() {
        var generator = Generator()
        var taken = 0
        for _ in 0..<3000 { taken += Self.parseAll(Self.input(&generator)) }
        // The udev parser takes everything; others should have had something to take as well.
        #expect(taken > 3000)
    }
}
