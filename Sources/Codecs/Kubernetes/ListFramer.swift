import Bytes

/// Cuts the body of a list into its items, of which it keeps one at the most.
///
/// The list's own metadata may come before or after the items. An item that lies in one chunk is
/// handed out where it is; only one that doesn't is copied.
package struct ListFramer: ~Copyable {
    /// The most bytes of the list's own metadata.
    package static let metadataLimit = 64 << 10
    /// The most bytes of a key that is looked at.
    private static let keyLimit = 32
    /// What is kept of the buffer between items.
    private static let restingCapacity = 64 << 10

    /// What may come next.
    private enum Place {
        case start, firstKey, key, colon, value, comma, items, firstItem, item, itemComma, end
    }

    private enum Member { case items, metadata, other }

    /// The version of the list; empty before it is known.
    package private(set) var resourceVersion = ""
    /// What asks for the next page; empty on the last one.
    package private(set) var continueToken = ""
    /// How many items are on further pages; nil when it is not said.
    package private(set) var remaining: Int?
    /// Items over the limit, which were skipped without being buffered.
    package private(set) var oversized = 0

    private let limit: Int
    private var place = Place.start
    private var member = Member.other
    /// The value that has begun and not ended, and as much of it as is needed.
    private var value: JSONValueEnd?
    private var begun = OutputBuffer(capacity: 256)
    private var isSkipping = false
    /// Bytes of the chunks before.
    private var taken = 0

    /// Items may have at most `limit` bytes.
    package init(limit: Int) { self.limit = limit }

    /// Whether the list has ended; a body that ends before is not whole.
    package var isComplete: Bool { self.place == .end }

    /// Takes what arrived; hands out each item that ends in it.
    package mutating func take(
        _ chunk: borrowing Span<UInt8>,
        _ each: (borrowing Span<UInt8>) -> Void,
    ) throws(ObjectUnreadable) {
        var index = 0
        while index < chunk.count {
            if self.value != nil {
                index = try self.goOn(with: chunk, from: index, each)
                continue
            }
            let byte = chunk[index]
            let isSpace = byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09
            if !isSpace, try self.begins(with: byte, at: index, of: chunk) {
                self.value = JSONValueEnd()
            } else {
                index &+= 1
            }
        }
        self.taken += chunk.count
    }

    /// Takes the punctuation between values, or says that a value begins with the byte.
    private mutating func begins(
        with byte: UInt8,
        at index: Int,
        of chunk: borrowing Span<UInt8>,
    ) throws(ObjectUnreadable) -> Bool {
        switch (self.place, Character(UnicodeScalar(byte))) {
        case (.start, "{"): self.place = .firstKey
        case (.firstKey, "}"), (.comma, "}"): self.place = .end
        case (.firstKey, "\""), (.key, "\""):
            self.place = .key
            return true
        case (.colon, ":"): self.place = self.member == .items ? .items : .value
        case (.comma, ","): self.place = .key
        case (.items, "["): self.place = .firstItem
        case (.items, "n"):
            // What a list without items may say: null.
            self.place = .value
            return true
        case (.firstItem, "]"), (.itemComma, "]"): self.place = .comma
        case (.itemComma, ","): self.place = .item
        case (.firstItem, "{"), (.item, "{"):
            self.place = .item
            return true
        case (.value, "{"), (.value, "["), (.value, "\""), (.value, "-"), (.value, "0"..."9"),
            (.value, "a"..."z"):
            return true
        default: throw self.failure(at: index, of: chunk)
        }
        return false
    }

    private mutating func goOn(
        with chunk: borrowing Span<UInt8>,
        from start: Int,
        _ each: (borrowing Span<UInt8>) -> Void,
    ) throws(ObjectUnreadable) -> Int {
        let end = self.value?.find(in: chunk, from: start)
        let part = chunk.extracting(start..<(end ?? chunk.count))
        if self.begun.count + part.count > self.room { self.isSkipping = true }
        guard let end else {
            if self.isSkipping { self.begun.removeAll() } else { self.begun.append(part) }
            return chunk.count
        }
        if self.begun.isEmpty {
            try self.end(with: part, each)
        } else {
            // The buffer is set aside, since it can't be read and changed at once.
            var whole = OutputBuffer(capacity: 0)
            swap(&whole, &self.begun)
            if !self.isSkipping { whole.append(part) }
            try self.end(with: whole.span, each)
            swap(&whole, &self.begun)
        }
        self.value = nil
        self.isSkipping = false
        self.begun.removeAll()
        self.begun.shrink(to: Self.restingCapacity)
        return end
    }

    /// The most bytes that are kept of the value that is under way.
    private var room: Int {
        switch self.place {
        case .item: self.limit
        case .key: Self.keyLimit
        default: self.member == .metadata ? Self.metadataLimit : 0
        }
    }

    private mutating func end(
        with value: borrowing Span<UInt8>,
        _ each: (borrowing Span<UInt8>) -> Void,
    ) throws(ObjectUnreadable) {
        switch self.place {
        case .key:
            self.place = .colon
            self.member = .other
            if self.isSkipping { return }
            if value.equals("\"items\"") { self.member = .items }
            if value.equals("\"metadata\"") { self.member = .metadata }
        case .item:
            self.place = .itemComma
            if self.isSkipping { self.oversized += 1 } else { each(value) }
        default:
            self.place = .comma
            if self.member != .metadata { return }
            if self.isSkipping {
                throw ObjectUnreadable(
                    "expected at most \(Self.metadataLimit) bytes of a list's metadata, found more"
                )
            }
            try self.readMetadata(value)
        }
    }

    private mutating func readMetadata(
        _ json: borrowing Span<UInt8>
    ) throws(ObjectUnreadable) {
        var reader = JSONReader(json)
        if reader.takeNull() { return }
        try reader.beginObject()
        while let key = try reader.nextMember() {
            switch key {
            case "resourceVersion": self.resourceVersion = try reader.string()
            case "continue": self.continueToken = try reader.string()
            case "remainingItemCount": self.remaining = try reader.integer()
            default: try reader.skip()
            }
        }
    }

    private func failure(at index: Int, of chunk: borrowing Span<UInt8>) -> ObjectUnreadable {
        let expected =
            switch self.place {
            case .start: "`{` of a list"
            case .firstKey, .key: "a key of a list"
            case .colon: "`:`"
            case .value: "a value"
            case .comma: "`,` or `}`"
            case .items: "`[` of a list's items"
            case .firstItem, .item: "`{` of an item"
            case .itemComma: "`,` or `]`"
            case .end: "the end"
            }
        let found = chunk.extracting(index..<min(index + 20, chunk.count)).text
        return ObjectUnreadable(
            "expected \(expected) at byte \(self.taken + index), found `\(found)`"
        )
    }
}
