import Bytes

/// A part of an object that is read from JSON.
protocol JSONReadable {
    /// Takes the next value.
    init(_ reader: inout JSONReader) throws(JSONUnreadable)
}

/// What the objects of the API are made of.
extension JSONReader {
    /// Takes an array; it has no room to spare.
    mutating func array<Element: JSONReadable>() throws(Failure) -> [Element] {
        try self.beginArray()
        var elements: [Element] = []
        while try self.nextElement() { elements.append(try Element(&self)) }
        return Self.compact(elements)
    }

    /// Takes an array of strings.
    mutating func strings() throws(Failure) -> [String] {
        try self.beginArray()
        var strings: [String] = []
        while try self.nextElement() { strings.append(try self.string()) }
        return Self.compact(strings)
    }

    /// Takes an array of objects of which one string matters.
    mutating func strings(of name: StaticString) throws(Failure) -> [String] {
        try self.beginArray()
        var strings: [String] = []
        while try self.nextElement() { strings.append(try self.string(of: name)) }
        return Self.compact(strings)
    }

    /// Takes an object of which one string matters; empty when it isn't there.
    mutating func string(of name: StaticString) throws(Failure) -> String {
        var string = ""
        try self.beginObject()
        while let key = try self.nextMember() {
            if key.equals(name) {
                string = try self.string()
            } else {
                try self.skip()
            }
        }
        return string
    }

    /// Takes an object whose values are texts, in the order of its keys' bytes; of keys that are there
    /// twice the last one counts.
    mutating func pairs() throws(Failure) -> [ObjectMetadata.Pair] {
        try self.beginObject()
        var pairs: [ObjectMetadata.Pair] = []
        var isSorted = true
        while let key = try self.nextKey() {
            let pair = ObjectMetadata.Pair(try self.string(in: key), try self.amount())
            if let last = pairs.last, !last.key.utf8.lexicographicallyPrecedes(pair.key.utf8) {
                isSorted = false
            }
            pairs.append(pair)
        }
        if !isSorted {
            var latest: [String: String] = [:]
            for pair in pairs { latest[pair.key] = pair.value }
            pairs = latest.map { ObjectMetadata.Pair($0.key, $0.value) }
            pairs.sort { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        }
        return Self.compact(pairs)
    }

    /// Takes a string or, as amounts may be written, a number as it stands.
    mutating func amount() throws(Failure) -> String {
        guard let byte = self.peek(), byte &- 0x30 <= 9 || byte == UInt8(ascii: "-") else {
            return try self.string()
        }
        return self.text.extracting(try self.word("a number")).text
    }

    /// Takes a time: nanoseconds since 1970; nil for Go's zero time, which means none.
    mutating func nanoseconds() throws(Failure) -> Int64? {
        let range = try self.rawString()
        let text = self.text.extracting(range)
        if text.equals("0001-01-01T00:00:00Z") { return nil }
        var timestamp = CRITimestamp()
        let read = unsafe text.withUnsafeBufferPointer { bytes in
            unsafe bytes.baseAddress.flatMap { unsafe timestamp.read($0, bytes.count) }
        }
        guard let read, read.length == text.count else {
            self.position = range.lowerBound &- 1
            throw self.failure("a time such as 2006-01-02T15:04:05Z")
        }
        return read.time
    }

    /// Takes a time: whole seconds since 1970, rounded down.
    mutating func seconds() throws(Failure) -> Int64? {
        guard let nanoseconds = try self.nanoseconds() else { return nil }
        let (seconds, rest) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        return rest < 0 ? seconds - 1 : seconds
    }

    /// The elements without the room that growing left, since objects live long.
    private static func compact<Element>(_ elements: [Element]) -> [Element] {
        elements.count == elements.capacity ? elements : elements.map { $0 }
    }
}
