import Bytes

/// Walks over JSON and checks every byte of it (RFC 8259).
struct JSONWalk {
    /// The next byte to look at.
    var position = 0
    /// How many more keys there may be.
    var keysLeft: Int

    init(keysLeft: Int) {
        self.keysLeft = keysLeft
    }

    /// Where the next byte is that is no blank.
    @inline(__always)
    func skipBlanks(_ text: borrowing Span<UInt8>) -> Int {
        var index = self.position
        while index < text.count {
            let byte = text[index]
            if byte > 0x20 { break }
            if byte != 0x20, byte != 0x0a, byte != 0x0d, byte != 0x09 { break }
            index &+= 1
        }
        return index
    }

    /// Takes one byte if it is the next.
    @inline(__always)
    mutating func take(_ byte: UInt8, _ text: borrowing Span<UInt8>) -> Bool {
        let index = self.skipBlanks(text)
        if index >= text.count || text[index] != byte { return false }
        self.position = index &+ 1
        return true
    }

    /// Takes a key and its colon: where its inside lies, and whether it has escapes.
    @inline(__always)
    mutating func key(_ text: borrowing Span<UInt8>) -> (Range<Int>, hasEscapes: Bool)? {
        guard self.keysLeft > 0, self.take(UInt8(ascii: "\""), text) else { return nil }
        self.keysLeft &-= 1
        let start = self.position
        guard let (end, hasEscapes) = text.endOfJSONString(from: start) else { return nil }
        self.position = end &+ 1
        return self.take(UInt8(ascii: ":"), text) ? (start..<end, hasEscapes) : nil
    }

    /// Takes a value that stands in `depth` objects and arrays.
    @inline(__always)
    mutating func value(
        _ text: borrowing Span<UInt8>,
        depth: Int,
    ) -> (Range<Int>, JSONMembers.Kind)? {
        let start = self.skipBlanks(text)
        if start >= text.count { return nil }
        let byte = text[start]
        switch byte {
        case UInt8(ascii: "\""):
            guard let (end, hasEscapes) = text.endOfJSONString(from: start &+ 1) else {
                return nil
            }
            self.position = end &+ 1
            return (start &+ 1..<end, hasEscapes ? .escapedString : .plainString)
        case UInt8(ascii: "-"), 0x30...0x39:
            guard let (end, fitsDouble) = text.endOfJSONNumber(from: start) else { return nil }
            self.position = end
            return (start..<end, fitsDouble ? .number : .longNumber)
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            guard let end = self.endOfContainer(text, from: start, depth: depth) else {
                return nil
            }
            self.position = end
            return (start..<end, .container)
        default:
            let length = Self.lengthOfWord(text, from: start)
            if length == 0 { return nil }
            self.position = start &+ length
            return (start..<start &+ length, .word)
        }
    }

    /// How long `true`, `false` or `null` is at `start`; 0 when none of them is there.
    private static func lengthOfWord(_ text: borrowing Span<UInt8>, from start: Int) -> Int {
        let rest = text.extracting(droppingFirst: start)
        if rest.hasPrefix("true") || rest.hasPrefix("null") { return 4 }
        return rest.hasPrefix("false") ? 5 : 0
    }

    /// Where the object or array ends that starts at `start`.
    private mutating func endOfContainer(
        _ text: borrowing Span<UInt8>,
        from start: Int,
        depth outer: Int,
    ) -> Int? {
        var depth = outer
        /// A bit for each level: whether it is an object.
        var objects: UInt64 = 0
        self.position = start
        while true {
            // Here a value is due.
            let isObject: Bool
            if self.take(UInt8(ascii: "{"), text) {
                isObject = true
            } else if self.take(UInt8(ascii: "["), text) {
                isObject = false
            } else {
                guard self.simpleValue(text) else { return nil }
                guard self.leave(text, &depth, &objects, outer) else { return nil }
                if depth == outer { return self.position }
                continue
            }
            depth &+= 1
            if depth > JSONMembers.depthLimit { return nil }
            objects = objects << 1 | (isObject ? 1 : 0)
            let end = isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")
            if self.take(end, text) {
                objects >>= 1
                depth &-= 1
                guard self.leave(text, &depth, &objects, outer) else { return nil }
                if depth == outer { return self.position }
            } else if isObject, self.key(text) == nil {
                return nil
            }
        }
    }

    /// Takes a value that is no object and no array.
    private mutating func simpleValue(_ text: borrowing Span<UInt8>) -> Bool {
        let start = self.skipBlanks(text)
        if start >= text.count { return false }
        switch text[start] {
        case UInt8(ascii: "\""):
            guard let (end, _) = text.endOfJSONString(from: start &+ 1) else { return false }
            self.position = end &+ 1
        case UInt8(ascii: "-"), 0x30...0x39:
            guard let (end, _) = text.endOfJSONNumber(from: start) else { return false }
            self.position = end
        default:
            let length = Self.lengthOfWord(text, from: start)
            if length == 0 { return false }
            self.position = start &+ length
        }
        return true
    }

    /// Goes on behind a value: to the next one, or out of what ends there.
    private mutating func leave(
        _ text: borrowing Span<UInt8>,
        _ depth: inout Int,
        _ objects: inout UInt64,
        _ outer: Int,
    ) -> Bool {
        while depth > outer {
            let isObject = objects & 1 == 1
            if self.take(UInt8(ascii: ","), text) {
                return !isObject || self.key(text) != nil
            }
            guard self.take(isObject ? UInt8(ascii: "}") : UInt8(ascii: "]"), text) else {
                return false
            }
            objects >>= 1
            depth &-= 1
        }
        return true
    }
}
