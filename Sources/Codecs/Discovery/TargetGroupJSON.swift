import Bytes
package import Telemetry

/// Lists of target groups in JSON, as `file_sd_configs` and `http_sd_configs` take them.
///
/// Strict, as Prometheus's reader is: no comments, no trailing commas, no other keys. Source:
/// Prometheus, `discovery/targetgroup/targetgroup.go`; RFC 8259.
package enum TargetGroupJSON {
    /// Why the text is no list of target groups.
    package typealias Unreadable = JSONUnreadable

    /// The most targets of one text, and the most groups.
    package static let targetLimit = 100_000
    /// The most labels of a group.
    package static let labelLimit = 1_000
    /// The most bytes of one string.
    package static let stringLimit = 64 << 10

    /// Reads a whole text.
    package static func read(
        _ text: borrowing Span<UInt8>
    ) throws(Unreadable) -> [TargetGroup] {
        var reader = JSONReader(text, skipsNull: false)
        var groups: [TargetGroup] = []
        if !reader.takeNull() {
            var targets = 0
            try reader.beginArray()
            while try reader.nextElement() {
                if groups.count >= Self.targetLimit {
                    throw reader.failure("at most \(Self.targetLimit) groups")
                }
                groups.append(try Self.group(&reader, &targets))
            }
        }
        try reader.expectEnd()
        return groups
    }

    private static func group(
        _ reader: inout JSONReader,
        _ targets: inout Int,
    ) throws(Unreadable) -> TargetGroup {
        var group = TargetGroup()
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch try Self.string(&reader, in: key) {
            case "targets": group.targets = try Self.addresses(&reader, &targets)
            case "labels": group.labels = try Self.labels(&reader)
            default:
                reader.position = key.lowerBound - 1
                throw reader.failure("the key \"targets\" or \"labels\"")
            }
        }
        return group
    }

    private static func addresses(
        _ reader: inout JSONReader,
        _ targets: inout Int,
    ) throws(Unreadable) -> [LabelSet] {
        if reader.takeNull() { return [] }
        var addresses: [LabelSet] = []
        try reader.beginArray()
        while try reader.nextElement() {
            targets += 1
            if targets > Self.targetLimit {
                throw reader.failure("at most \(Self.targetLimit) targets")
            }
            let address = try reader.rawString()
            addresses.append(["__address__": try Self.string(&reader, in: address)])
        }
        return addresses
    }

    private static func labels(_ reader: inout JSONReader) throws(Unreadable) -> LabelSet {
        var labels = LabelSet()
        if reader.takeNull() { return labels }
        try reader.beginObject()
        while let key = try reader.nextKey() {
            if key.isEmpty || labels.labels.count >= Self.labelLimit {
                reader.position = key.lowerBound - 1
                let expected = key.isEmpty ? "a label name" : "at most \(Self.labelLimit) labels"
                throw reader.failure(expected)
            }
            let name = try Self.string(&reader, in: key)
            let value = try reader.rawString()
            labels[name] = try Self.string(&reader, in: value)
        }
        return labels
    }

    /// What a string says that was taken; strict about its bytes.
    private static func string(
        _ reader: inout JSONReader,
        in range: Range<Int>,
    ) throws(Unreadable) -> String {
        let bytes = reader.text.extracting(range)
        let isShort = range.count <= Self.stringLimit
        if isShort, bytes.isValidUTF8 { return try reader.string(in: range) }
        reader.position = range.lowerBound - 1
        throw reader.failure(
            isShort ? "UTF-8 in a string" : "at most \(Self.stringLimit) bytes in a string"
        )
    }
}
