import Bytes

/// `/proc/net/stat/nf_conntrack`: what connection tracking did, summed over the CPUs.
package struct ConntrackStatistics: Sendable, Equatable {
    /// Searches that found an entry.
    package private(set) var found: UInt64 = 0
    /// Packets that can't be tracked.
    package private(set) var invalid: UInt64 = 0
    /// Packets that are already connected to an entry.
    package private(set) var ignore: UInt64 = 0
    /// Entries inserted.
    package private(set) var insert: UInt64 = 0
    /// Insertions that failed.
    package private(set) var insertFailed: UInt64 = 0
    /// Packets dropped because tracking failed.
    package private(set) var drop: UInt64 = 0
    /// Entries dropped to make room.
    package private(set) var earlyDrop: UInt64 = 0
    /// Searches that had to start again.
    package private(set) var searchRestart: UInt64 = 0

    /// Parses a line of headings and one of hexadecimal columns for each CPU.
    package init(parsing text: Span<UInt8>) throws(FormatError) {
        var number = 0
        var offset = 0
        while number <= ProcStat.cpuLimit, let range = text.nextLine(&offset) {
            number += 1
            if number == 1 { continue }
            try self.add(text.extracting(range), number)
        }
        if number == 0 { throw FormatError(expected: "a line of headings", found: text) }
    }

    private mutating func add(_ line: Span<UInt8>, _ number: Int) throws(FormatError) {
        var columns = InlineArray<17, UInt64>(repeating: 0)
        var width = 0
        var position = 0
        while let field = line.nextField(&position, line.count) {
            guard width < 17, let value = line.extracting(field).unsignedHex else {
                width = 0
                break
            }
            columns[width] = value
            width += 1
        }
        if width < 16 {
            throw FormatError(
                line: number,
                expected: "16 or 17 hexadecimal columns",
                found: line,
            )
        }
        self.found &+= columns[2]
        self.invalid &+= columns[4]
        self.ignore &+= columns[5]
        self.insert &+= columns[8]
        self.insertFailed &+= columns[9]
        self.drop &+= columns[10]
        self.earlyDrop &+= columns[11]
        self.searchRestart &+= columns[16]
    }
}
