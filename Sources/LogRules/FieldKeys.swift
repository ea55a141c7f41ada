import Bytes
import Telemetry

/// Names that a step gives to fields; they are written once into each batch.
struct FieldKeys {
    private var bytes: [UInt8] = []
    private var ranges: [Range<Int>] = []
    /// Where they were written last.
    private var start = 0

    init(_ names: [String]) {
        for name in names {
            let start = self.bytes.count
            self.bytes += Array(name.utf8)
            self.ranges.append(start..<self.bytes.count)
        }
    }

    /// How many names there are.
    var count: Int { self.ranges.count }

    /// Sees to it that the names are in the table.
    @inline(__always)
    mutating func write(into table: inout LogTable) {
        let end = self.start &+ self.bytes.count
        // The batch may be another one by now.
        if end <= table.derived.count,
            table.derived.span.extracting(self.start..<end).equals(self.bytes.span)
        {
            return
        }
        self.start = table.derived.count
        table.derived.append(self.bytes.span)
    }

    /// A name, after `write(into:)`.
    subscript(place: Int) -> LogText {
        let range = self.ranges[place]
        return LogText(
            .derived,
            self.start &+ range.lowerBound..<self.start &+ range.upperBound,
        )
    }
}
