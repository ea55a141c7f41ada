import Bytes

/// `/proc/loadavg`: the average number of threads that run, are ready to, or wait for disks.
package struct LoadAverage: Sendable, Equatable {
    /// Over the last minute.
    package let one: Double
    /// Over the last five minutes.
    package let five: Double
    /// Over the last fifteen minutes.
    package let fifteen: Double

    /// Parses the file's one line.
    package init(parsing text: Span<UInt8>) throws(FormatError) {
        var loads: InlineArray<3, Double> = [0, 0, 0]
        var position = 0
        let line = text.trimmed
        for index in 0..<3 {
            guard let field = line.nextField(&position, line.count),
                let load = line.extracting(field).decimalFloat
            else { throw FormatError(line: 1, expected: "three load averages", found: line) }
            loads[index] = load
        }
        self.one = loads[0]
        self.five = loads[1]
        self.fifteen = loads[2]
    }
}
