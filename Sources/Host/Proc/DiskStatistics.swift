import Bytes

/// One line of `/proc/diskstats`: the I/O of one block device since boot.
///
/// Source: Linux, `Documentation/admin-guide/iostats.rst`.
package struct DiskStatistics: Sendable {
    /// The most columns after the device's name.
    package static var columnLimit: Int { 17 }
    /// The most lines taken from the file.
    package static var lineLimit: Int { 1 << 16 }

    /// The device's major number.
    package let major: UInt32
    /// The device's minor number.
    package let minor: UInt32
    /// The columns after the name, in the file's order and units (sectors, milliseconds).
    package let columns: InlineArray<17, UInt64>
    /// How many of `columns` the kernel gives: 11, 15 since 4.18, 17 since 5.5.
    package let columnCount: Int

    /// Hands each line's device name and statistics to `body`.
    ///
    /// An empty file is a machine without block devices.
    package static func visit(
        _ text: Span<UInt8>,
        _ body: (_ device: Span<UInt8>, _ disk: DiskStatistics) -> Void,
    ) throws(FormatError) {
        var number = 0
        var offset = 0
        while number < Self.lineLimit, let range = text.nextLine(&offset) {
            number += 1
            let line = text.extracting(range)
            var position = 0
            guard let major = line.nextUnsigned(&position, line.count),
                let minor = line.nextUnsigned(&position, line.count),
                let device = line.nextField(&position, line.count),
                major <= UInt32.max, minor <= UInt32.max
            else {
                throw FormatError(line: number, expected: "\"8 0 sda 1 2 3 …\"", found: line)
            }
            var columns = InlineArray<17, UInt64>(repeating: 0)
            var count = 0
            while count < Self.columnLimit, let field = line.nextField(&position, line.count) {
                guard let value = line.extracting(field).unsignedDecimal else {
                    throw FormatError(
                        line: number,
                        expected: "a count",
                        found: line.extracting(field),
                    )
                }
                columns[count] = value
                count += 1
            }
            if count < 11 {
                throw FormatError(
                    line: number,
                    expected: "at least 11 counts after the device's name",
                    found: line,
                )
            }
            let disk = DiskStatistics(
                major: UInt32(major),
                minor: UInt32(minor),
                columns: columns,
                columnCount: count,
            )
            body(line.extracting(device), disk)
        }
    }
}
