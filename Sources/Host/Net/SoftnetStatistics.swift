import Bytes

/// One line of `/proc/net/softnet_stat`: packets handled by one CPU.
package struct SoftnetStatistics: Sendable, Equatable {
    /// The CPU's number; the line's, where the kernel does not say.
    package let cpu: Int
    /// Packets processed.
    package let processed: UInt64
    /// Packets dropped because the backlog was full.
    package let dropped: UInt64
    /// Times that work was left over when the quota was used up.
    package let timesSqueezed: UInt64
    /// Collisions on a device's lock while sending.
    package let collisions: UInt64
    /// Times that another CPU woke this one to process packets.
    package let receivedRPS: UInt64
    /// Times that a flow's limit was reached.
    package let flowLimitCount: UInt64
    /// Packets in the backlog.
    package let backlogLength: UInt64

    /// Hands each CPU's line to `body`.
    package static func visit(
        _ text: Span<UInt8>,
        _ body: (SoftnetStatistics) -> Void,
    ) throws(FormatError) {
        var number = 0
        var offset = 0
        while number < ProcStat.cpuLimit, let range = text.nextLine(&offset) {
            body(try SoftnetStatistics(text.extracting(range), number))
            number += 1
        }
        if number == 0 { throw FormatError(expected: "lines of hexadecimal columns", found: text) }
    }

    private init(_ line: Span<UInt8>, _ index: Int) throws(FormatError) {
        var columns = InlineArray<13, UInt64>(repeating: 0)
        var width = 0
        var position = 0
        while width < 13, let field = line.nextField(&position, line.count) {
            guard let value = line.extracting(field).unsignedHex, value <= UInt32.max else {
                width = 0
                break
            }
            columns[width] = value
            width += 1
        }
        if width < 9 {
            throw FormatError(
                line: index + 1,
                expected: "at least 9 hexadecimal columns",
                found: line,
            )
        }
        self.processed = columns[0]
        self.dropped = columns[1]
        self.timesSqueezed = columns[2]
        self.collisions = columns[8]
        self.receivedRPS = columns[9]
        self.flowLimitCount = columns[10]
        // With 12 columns, the last is not the backlog.
        self.backlogLength = width == 13 ? columns[11] : 0
        self.cpu = width == 13 ? Int(columns[12]) : index
    }
}
