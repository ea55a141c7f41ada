import Bytes
import Fuzzing
import Host

/// Every reader of a kernel's text, by the number in the input's first byte.
private func parse(_ number: Int, _ text: Span<UInt8>) throws(FormatError) {
    switch number {
    case 0:
        var stat = ProcStat()
        try stat.parse(text)
    case 1: _ = try LoadAverage(parsing: text)
    case 2: try MemoryInfo.visit(text) { _, _, _ in }
    case 3: try VirtualMemoryCounters.visit(text) { _, _, _ in }
    case 4: try DiskStatistics.visit(text) { _, _ in }
    case 5: _ = try PressureStall(parsing: text)
    case 6: _ = try FileHandleCounts(parsing: text)
    case 7: try SocketStatistics.visit(text) { _, _, _ in }
    case 8: _ = try Mount.table(parsing: text)
    case 9: try CPUInfo.visit(text) { _, _ in }
    case 10: try checkTopology(text)
    case 11: try NetworkDeviceTable.visit(text) { _, _ in }
    case 12: try LinkStatistics.visit(text) { _, _ in }
    case 13: _ = UdevProperties(parsing: text)
    case 14: try ProtocolCounters.visit(text, .pairs) { _, _, _, _ in }
    case 15: try ProtocolCounters.visit(text, .lines) { _, _, _, _ in }
    case 16: try SchedulerStatistics.visit(text) { _ in }
    case 17: try SoftnetStatistics.visit(text) { _ in }
    case 18: _ = try ConntrackStatistics(parsing: text)
    case 19: _ = try UDPQueues(parsing: text)
    case 20: _ = try OSRelease(parsing: text)
    case 21: _ = try NeighborTable.counts(parsing: text)
    default: _ = try NeighborTable.counts(parsingDump: text)
    }
}

private func checkTopology(_ text: Span<UInt8>) throws(FormatError) {
    _ = try CPUTopology.numbers(parsing: text)
}

/// The readers of /proc, /sys and netlink.
@main enum FuzzProcParsers {
    static func main() { fuzz(Self.test) }

    private static func test(_ input: inout FuzzInput) {
        let number = input.choice(23)
        let text = input.rest()
        do { try parse(number, text.span) } catch {
            invariant(!"\(error)".isEmpty, "an error without a message")
        }
    }
}
