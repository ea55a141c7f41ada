package import Bytes

/// The members of a text that is exactly one JSON object, as numbers that point into it.
///
/// Everything in the text is checked (RFC 8259), so that values can be copied into other JSON as they
/// are. One of these is used again and again: after warm-up nothing allocates.
package struct JSONMembers: ~Copyable, Sendable {
    /// The most levels of objects and arrays in each other.
    package static let depthLimit = 32
    /// The most keys, those of inner objects included.
    package static let keyLimit = 1000

    /// How a value is written.
    package enum Kind: UInt8, Sendable {
        /// A string without escapes: its inside.
        case plainString
        /// A string with escapes: its inside.
        case escapedString
        /// A number that doubles can hold, to their precision.
        case number
        /// A number beyond that; read as a string it loses nothing.
        case longNumber
        /// `true`, `false` or `null`.
        case word
        /// An object or an array.
        case container
    }

    /// One key with its value.
    package struct Member: Sendable {
        /// Where the key lies: in the text, or in `keys` if it has escapes in the text.
        package var key: Range<Int> { Int(self.keyStart)..<Int(self.keyEnd) }
        /// Where the value lies in the text; a string's quotes are left out.
        package var value: Range<Int> { Int(self.valueStart)..<Int(self.valueEnd) }
        /// Whether the key lies in `keys`.
        package let isKeyUnescaped: Bool
        /// How the value is written.
        package fileprivate(set) var kind: Kind

        fileprivate let keyStart: UInt32
        fileprivate let keyEnd: UInt32
        fileprivate var valueStart: UInt32
        fileprivate var valueEnd: UInt32
    }

    /// The members in order; of those with equal keys the last value.
    package private(set) var members: [Member] = []
    /// Keys that have escapes, without them.
    package private(set) var keys = OutputBuffer(capacity: 16)
    /// Where the object lies in the text.
    package private(set) var bounds = 0..<0
    /// Whether a key came twice.
    package private(set) var hasDuplicates = false

    private var known = KeyPlaces()

    /// Makes an empty list.
    package init() {}

    /// Reads `text`; false, with no members, when it is not one object, blanks around it aside.
    package mutating func read(_ text: borrowing Span<UInt8>) -> Bool {
        self.forget()
        guard text.count < UInt32.max, self.readObject(text) else {
            self.forget()
            return false
        }
        return true
    }

    private mutating func forget() {
        self.members.removeAll(keepingCapacity: true)
        self.known.removeAll()
        self.keys.removeAll()
        self.hasDuplicates = false
    }

    private mutating func readObject(_ text: borrowing Span<UInt8>) -> Bool {
        var walk = JSONWalk(keysLeft: Self.keyLimit)
        let start = walk.skipBlanks(text)
        guard walk.take(UInt8(ascii: "{"), text) else { return false }
        walk.position = walk.skipBlanks(text)
        if !walk.take(UInt8(ascii: "}"), text) {
            repeat {
                guard self.readMember(text, &walk) else { return false }
                walk.position = walk.skipBlanks(text)
            } while walk.take(UInt8(ascii: ","), text)
            guard walk.take(UInt8(ascii: "}"), text) else { return false }
        }
        self.bounds = start..<walk.position
        return walk.skipBlanks(text) == text.count
    }

    @inline(__always)
    private mutating func readMember(
        _ text: borrowing Span<UInt8>,
        _ walk: inout JSONWalk,
    ) -> Bool {
        guard let (key, hasEscapes) = walk.key(text) else { return false }
        var place = key
        if hasEscapes {
            let start = self.keys.count
            self.keys.append(jsonUnescaped: text.extracting(key))
            place = start..<self.keys.count
        }
        guard let (value, kind) = walk.value(text, depth: 1) else { return false }
        let member = Member(
            isKeyUnescaped: hasEscapes,
            kind: kind,
            keyStart: UInt32(truncatingIfNeeded: place.lowerBound),
            keyEnd: UInt32(truncatingIfNeeded: place.upperBound),
            valueStart: UInt32(truncatingIfNeeded: value.lowerBound),
            valueEnd: UInt32(truncatingIfNeeded: value.upperBound),
        )
        let hash =
            hasEscapes
            ? KeyPlaces.hash(self.keys.span.extracting(place))
            : KeyPlaces.hash(text.extracting(place))
        if self.known.mayHave(hash), let earlier = self.place(ofKey: member, hash, text) {
            self.members[earlier].valueStart = member.valueStart
            self.members[earlier].valueEnd = member.valueEnd
            self.members[earlier].kind = kind
            self.hasDuplicates = true
            return true
        }
        self.known.append(hash)
        self.members.append(member)
        return true
    }

    private func place(
        ofKey member: Member,
        _ hash: UInt32,
        _ text: borrowing Span<UInt8>,
    ) -> Int? {
        for place in self.known.hashes.indices where self.known.hashes[place] == hash {
            let isEqual = self.withKey(member, text) { key in
                self.withKey(self.members[place], text) { $0.equals(key) }
            }
            if isEqual { return place }
        }
        return nil
    }

    /// Appends a key that lies in `keys`, as plain text.
    package func append(keyOf member: Member, to out: inout OutputBuffer) {
        out.append(self.keys.span.extracting(member.key))
    }

    /// Appends a key that lies in `keys`, as the inside of a JSON string.
    package func append(escapedKeyOf member: Member, to out: inout OutputBuffer) {
        out.append(jsonEscaped: self.keys.span.extracting(member.key))
    }

    /// Lets `body` see a member's key.
    package func withKey<Result>(
        _ member: Member,
        _ text: borrowing Span<UInt8>,
        _ body: (borrowing Span<UInt8>) -> Result,
    ) -> Result {
        member.isKeyUnescaped
            ? body(self.keys.span.extracting(member.key)) : body(text.extracting(member.key))
    }
}
