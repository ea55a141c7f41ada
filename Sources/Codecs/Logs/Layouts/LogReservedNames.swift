import Bytes

/// The keys that a layout writes itself, so that no field may have them.
struct LogReservedNames: Sendable {
    private let names: [(name: StaticString, part: LogJSON.Parts)]
    private let prefixes: [(name: StaticString, part: LogJSON.Parts)]
    /// A bit for the length and the first byte of each name: most keys are told apart by it.
    private let filter: UInt64
    /// A bit for the first byte of each prefix.
    private let prefixFilter: UInt64

    /// What is written whatever the layout.
    private static let common: [(name: StaticString, part: LogJSON.Parts)] = [
        ("truncated", .truncated), ("incomplete", .incomplete), ("parse_error", .parseError),
    ]

    init(_ layout: LogLayoutNames) {
        self.names = layout.reserved + Self.common
        self.prefixes = layout.reservedPrefixes
        var filter: UInt64 = 0
        for (name, _) in self.names {
            filter |= Self.bit(name.firstByte, name.utf8CodeUnitCount)
        }
        self.filter = filter
        self.prefixFilter = self.prefixes.reduce(0) { $0 | Self.bit($1.name.firstByte, 0) }
    }

    /// Which part of a record has this key; empty if none has.
    @inline(__always)
    func part(named key: borrowing Span<UInt8>) -> LogJSON.Parts {
        if key.isEmpty { return .always }
        let isSuspect =
            self.filter & Self.bit(key[0], key.count) != 0
            || self.prefixFilter & Self.bit(key[0], 0) != 0
        return isSuspect ? self.lookUp(key) : []
    }

    private func lookUp(_ key: borrowing Span<UInt8>) -> LogJSON.Parts {
        for (name, part) in self.names where key.equals(name) { return part }
        for (name, part) in self.prefixes where key.hasPrefix(name) { return part }
        return []
    }

    @inline(__always)
    private static func bit(_ first: UInt8, _ count: Int) -> UInt64 {
        1 &<< UInt64(truncatingIfNeeded: Int(first) &* 7 &+ count)
    }
}

extension StaticString {
    fileprivate var firstByte: UInt8 { unsafe self.utf8Start.pointee }
}
