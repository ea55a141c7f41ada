import Bytes

/// One CPU of `/proc/schedstat`: how the scheduler used it since boot.
///
/// Source: Linux, `Documentation/scheduler/sched-stats.rst`.
package struct SchedulerStatistics: Sendable, Equatable {
    /// The CPU's number.
    package let cpu: Int
    /// Nanoseconds that tasks ran.
    package let running: UInt64
    /// Nanoseconds that tasks waited for the CPU.
    package let waiting: UInt64
    /// Time slices that were run.
    package let timeslices: UInt64

    /// Hands each CPU's line to `body`; lines of domains are passed over.
    package static func visit(
        _ text: Span<UInt8>,
        _ body: (SchedulerStatistics) -> Void,
    ) throws(FormatError) {
        var number = 0
        var known = 0
        var offset = 0
        while known < ProcStat.cpuLimit, let range = text.nextLine(&offset) {
            number += 1
            let line = text.extracting(range)
            if !line.hasPrefix("cpu") { continue }
            body(try SchedulerStatistics(line, number))
            known += 1
        }
        if known == 0 { throw FormatError(expected: "lines as \"cpu0 0 0 …\"", found: text) }
    }

    private init(_ line: Span<UInt8>, _ number: Int) throws(FormatError) {
        var position = 3
        var values = InlineArray<10, UInt64>(repeating: 0)
        for index in 0..<10 {
            guard let value = line.nextUnsigned(&position, line.count) else {
                throw FormatError(line: number, expected: "\"cpuN\" and 9 numbers", found: line)
            }
            values[index] = value
        }
        self.cpu = Int(clamping: values[0])
        self.running = values[7]
        self.waiting = values[8]
        self.timeslices = values[9]
    }
}
