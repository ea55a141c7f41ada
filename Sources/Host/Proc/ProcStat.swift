import Bytes

/// `/proc/stat`: what the CPUs spent their time on, and counts since boot.
///
/// Kept and parsed into again, it allocates nothing while the CPUs stay the same.
/// Source: Linux, `Documentation/filesystems/proc.rst`, section 1.7.
package struct ProcStat: HostParsing, Sendable {
    /// What a CPU's time is split into, in the order of the file's columns.
    package enum Mode: Int, CaseIterable, Sendable {
        case user
        case nice
        case system
        case idle
        case iowait
        case irq
        case softirq
        case steal
        /// Also part of `user`.
        case guest
        /// Also part of `nice`.
        case guestNice
    }

    /// The soft interrupts' vectors, in the order of the file's columns.
    package enum SoftIRQ: Int, CaseIterable, Sendable {
        case hi
        case timer
        case netTransmit
        case netReceive
        case block
        case irqPoll
        case tasklet
        case scheduler
        case highResolutionTimer
        case rcu
    }

    /// One CPU's times.
    package struct CPU: Sendable {
        /// The CPU's number.
        package let number: Int
        /// Seconds since boot for each `Mode`; 0 for columns that an old kernel lacks.
        package var seconds: InlineArray<10, Double>

        /// One mode's seconds.
        package subscript(mode: Mode) -> Double {
            get { self.seconds[mode.rawValue] }
            set { self.seconds[mode.rawValue] = newValue }
        }
    }

    /// Jiffies a second in what the kernel shows to programs, on every architecture.
    package static var ticksPerSecond: Double { 100 }
    /// The most CPUs taken from the file.
    package static var cpuLimit: Int { 8192 }

    /// The CPUs that are online, in the file's order.
    package private(set) var cpus: [CPU] = []
    /// Interrupts serviced (`intr`, its first number).
    package private(set) var interrupts: UInt64?
    /// Context switches (`ctxt`).
    package private(set) var contextSwitches: UInt64?
    /// Processes and threads created (`processes`).
    package private(set) var forks: UInt64?
    /// When the system booted, in seconds since 1970 (`btime`).
    package private(set) var bootTime: UInt64?
    /// Threads that run or are ready to (`procs_running`).
    package private(set) var runningProcesses: UInt64?
    /// Processes waiting for I/O (`procs_blocked`).
    package private(set) var blockedProcesses: UInt64?
    /// Soft interrupts for each `SoftIRQ` (`softirq`, without the total).
    package private(set) var softIRQs: InlineArray<10, UInt64>?

    /// An empty reading, to parse into.
    package init() {}

    /// Replaces the reading by what `text` holds.
    ///
    /// Lines of unknown kinds are passed over; nothing known at all is an error.
    package mutating func parse(_ text: Span<UInt8>) throws(FormatError) {
        self.forget()
        var known = 0
        var number = 0
        var offset = 0
        while let range = text.nextLine(&offset) {
            number += 1
            var position = range.lowerBound
            guard let key = text.nextField(&position, range.upperBound) else { continue }
            let name = text.extracting(key)
            let rest = text.extracting(position..<range.upperBound)
            if try self.take(name, rest, number) { known += 1 }
        }
        if known == 0 {
            throw FormatError(expected: "lines as \"cpu0 1 2 3 4\" and \"ctxt 1\"", found: text)
        }
    }

    private mutating func forget() {
        self.cpus.removeAll(keepingCapacity: true)
        self.interrupts = nil
        self.contextSwitches = nil
        self.forks = nil
        self.bootTime = nil
        self.runningProcesses = nil
        self.blockedProcesses = nil
        self.softIRQs = nil
    }

    private mutating func take(
        _ name: Span<UInt8>,
        _ rest: Span<UInt8>,
        _ line: Int,
    ) throws(FormatError) -> Bool {
        if name.hasPrefix("cpu") {
            if name.count == 3 { return true }
            guard let number = name.extracting(droppingFirst: 3).unsignedDecimal, number < 1 << 31
            else {
                throw FormatError(
                    line: line,
                    expected: "a CPU's number after \"cpu\"",
                    found: name,
                )
            }
            if self.cpus.count == Self.cpuLimit { return true }
            self.cpus.append(try Self.cpu(Int(number), rest, line))
        } else if name.equals("intr") {
            self.interrupts = try Self.first(rest, line)
        } else if name.equals("ctxt") {
            self.contextSwitches = try Self.first(rest, line)
        } else if name.equals("btime") {
            self.bootTime = try Self.first(rest, line)
        } else if name.equals("processes") {
            self.forks = try Self.first(rest, line)
        } else if name.equals("procs_running") {
            self.runningProcesses = try Self.first(rest, line)
        } else if name.equals("procs_blocked") {
            self.blockedProcesses = try Self.first(rest, line)
        } else if name.equals("softirq") {
            self.softIRQs = try Self.softIRQs(rest, line)
        } else {
            return false
        }
        return true
    }

    private static func cpu(
        _ number: Int,
        _ rest: Span<UInt8>,
        _ line: Int,
    ) throws(FormatError) -> CPU {
        var cpu = CPU(number: number, seconds: .init(repeating: 0))
        var position = 0
        for mode in 0..<10 {
            guard let field = rest.nextField(&position, rest.count) else {
                if mode == 0 { break }
                return cpu
            }
            guard let ticks = rest.extracting(field).unsignedDecimal else { break }
            cpu.seconds[mode] = Double(ticks) / Self.ticksPerSecond
            if mode == 9 { return cpu }
        }
        throw FormatError(line: line, expected: "ticks of one CPU", found: rest)
    }

    private static func first(_ rest: Span<UInt8>, _ line: Int) throws(FormatError) -> UInt64 {
        var position = 0
        guard let value = rest.nextUnsigned(&position, rest.count) else {
            throw FormatError(line: line, expected: "a count", found: rest)
        }
        return value
    }

    private static func softIRQs(
        _ rest: Span<UInt8>,
        _ line: Int,
    ) throws(FormatError) -> InlineArray<10, UInt64> {
        var counts = InlineArray<10, UInt64>(repeating: 0)
        var position = 0
        for column in -1..<10 {
            guard let count = rest.nextUnsigned(&position, rest.count) else {
                throw FormatError(
                    line: line,
                    expected: "11 counts of soft interrupts",
                    found: rest,
                )
            }
            if column >= 0 { counts[column] = count }
        }
        return counts
    }
}
