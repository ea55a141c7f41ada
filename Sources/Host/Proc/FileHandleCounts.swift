import Bytes

/// `/proc/sys/fs/file-nr`: open file handles of the whole system.
package struct FileHandleCounts: Sendable, Equatable {
    /// Handles in use.
    package let allocated: Double
    /// The most handles there may be.
    package let maximum: Double

    /// Parses the file's one line: three numbers between tabs, the second always 0.
    package init(parsing text: Span<UInt8>) throws(FormatError) {
        let line = text.trimmed
        var position = 0
        guard let first = line.nextField(&position, line.count),
            line.nextField(&position, line.count) != nil,
            let third = line.nextField(&position, line.count),
            let allocated = line.extracting(first).decimalFloat,
            let maximum = line.extracting(third).decimalFloat
        else { throw FormatError(line: 1, expected: "three numbers", found: line) }
        self.allocated = allocated
        self.maximum = maximum
    }
}
