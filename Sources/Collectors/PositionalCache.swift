import Bytes

/// What was worked out for keys that come in the same order each time, as lines of a kernel file.
///
/// The n-th key is compared with the n-th of the last time; only what changed is worked out again.
/// It grows to the highest place asked for, which the readers of `Host` limit.
struct PositionalCache<Value: Sendable>: Sendable {
    private struct Entry: Sendable {
        let key: [UInt8]
        let value: Value
    }

    private var entries: [Entry?] = []

    /// The value for `key`, which stands at `index` this time; made by `make` when it is not known.
    mutating func value(
        at index: Int,
        for key: Span<UInt8>,
        _ make: (Span<UInt8>) -> Value,
    ) -> Value {
        while self.entries.count <= index { self.entries.append(nil) }
        if let entry = self.entries[index], entry.key.span.equals(key) { return entry.value }
        let value = make(key)
        self.entries[index] = Entry(key: key.array, value: value)
        return value
    }

    /// The same for a key of two parts.
    mutating func value(
        at index: Int,
        for first: Span<UInt8>,
        _ second: Span<UInt8>,
        _ make: (Span<UInt8>, Span<UInt8>) -> Value,
    ) -> Value {
        while self.entries.count <= index { self.entries.append(nil) }
        if let entry = self.entries[index], entry.key.count == first.count + second.count,
            entry.key.span.extracting(first: first.count).equals(first),
            entry.key.span.extracting(droppingFirst: first.count).equals(second)
        {
            return entry.value
        }
        let value = make(first, second)
        self.entries[index] = Entry(key: first.array + second.array, value: value)
        return value
    }
}
