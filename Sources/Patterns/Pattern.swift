internal import CRE2

/// A regular expression in RE2's syntax, which is Prometheus's: linear time on any input.
///
/// Two patterns are equal when their text and anchoring are. One pattern can be used by any number
/// of threads at once. Input is UTF-8; `.` and classes do not match a byte that is not valid UTF-8.
package struct Pattern: Sendable {
    /// The pattern as written.
    package let text: String
    /// Whether the whole input must match, as Prometheus's `^(?s:text)$`.
    package let anchored: Bool
    // Nil only in `nothing`.
    private let compiled: CompiledPattern?

    /// The most bytes of pattern.
    package static let maximumLength = 64 << 10
    /// The most memory of one pattern's program and caches, in bytes; RE2's own default.
    package static let maximumMemory = 8 << 20

    static let tooLong = "pattern longer than \(maximumLength) bytes"

    /// Compiles `text`.
    ///
    /// - Parameters:
    ///   - text: The pattern. Go's `(?<name>…)` is taken as RE2's `(?P<name>…)`.
    ///   - anchored: The whole input must match and `.` matches a newline, as in Prometheus's
    ///     relabeling.
    /// - Throws: `PatternError`, which says what is wrong, where, and what to do.
    package init(_ text: String, anchored: Bool = false) throws(PatternError) {
        guard text.utf8.count <= Self.maximumLength else {
            throw PatternError(message: Self.tooLong, fragment: "", in: text)
        }
        self.compiled = try CompiledPattern(
            GoGroups.rewritten(text),
            written: text,
            dotMatchesNewline: anchored,
        )
        self.text = text
        self.anchored = anchored
    }

    private init() {
        self.text = "[^\\s\\S]"
        self.anchored = true
        self.compiled = nil
    }

    /// A pattern that matches no input; stands in where a value is needed and none is valid.
    package static let nothing = Pattern()

    /// The number of capturing groups, the whole match not counted.
    package var groupCount: Int { self.compiled?.groupNames.count ?? 0 }

    /// The groups' names in order, the first being group 1's; nil where a group has none.
    package var groupNames: [String?] { self.compiled?.groupNames ?? [] }

    /// The number of the first group called `name`, counted from 1.
    package func groupNumber(named name: String) -> Int? {
        self.groupNames.firstIndex(of: name).map { $0 + 1 }
    }

    /// Whether the input matches: the whole of it when anchored, any part of it otherwise.
    package func matches(_ bytes: borrowing Span<UInt8>) -> Bool {
        guard let compiled = self.compiled else { return false }
        return unsafe bytes.withUnsafeBufferPointer { input in
            unsafe compiled.match(input, full: self.anchored, ranges: nil, count: 0)
        }
    }

    /// Whether the text matches: the whole of it when anchored, any part of it otherwise.
    package func matches(_ text: String) -> Bool {
        guard let compiled = self.compiled else { return false }
        var text = text
        return text.withUTF8 { input in
            unsafe compiled.match(input, full: self.anchored, ranges: nil, count: 0)
        }
    }

    /// Finds the first match and where its groups are.
    ///
    /// - Parameters:
    ///   - bytes: The input.
    ///   - start: Where the match may begin at the earliest; what stands before it counts for `\b`.
    ///   - groups: How many groups are asked for; all if nil. Without any a match is found much faster.
    ///   - captures: Gets one byte range more when there is a match, the first being the whole
    ///     match; nil stands for a group that took no part. Emptied when there is none. Its storage
    ///     is reused.
    /// - Returns: Whether there is a match.
    package func captures(
        in bytes: borrowing Span<UInt8>,
        from start: Int = 0,
        groups: Int? = nil,
        into captures: inout [Range<Int>?],
    ) -> Bool {
        captures.removeAll(keepingCapacity: true)
        guard let compiled = self.compiled, start <= bytes.count else { return false }
        let wanted = min(groups ?? self.groupCount, self.groupCount) + 1
        return unsafe withUnsafeTemporaryAllocation(of: cre2_range.self, capacity: wanted) {
            (ranges: UnsafeMutableBufferPointer<cre2_range>) -> Bool in
            let found = unsafe bytes.withUnsafeBufferPointer { input in
                unsafe compiled.match(
                    input,
                    from: start,
                    full: self.anchored,
                    ranges: ranges.baseAddress,
                    count: wanted,
                )
            }
            guard found else { return false }
            for index in 0..<wanted {
                let range = unsafe ranges[index]
                captures.append(
                    range.offset < 0 ? nil : range.offset..<range.offset + Int(range.length)
                )
            }
            return true
        }
    }
}

extension Pattern: Hashable {
    /// Equal text and anchoring.
    package static func == (left: Pattern, right: Pattern) -> Bool {
        left.text == right.text && left.anchored == right.anchored
    }

    /// Hashes text and anchoring.
    package func hash(into hasher: inout Hasher) {
        hasher.combine(self.text)
        hasher.combine(self.anchored)
    }
}

extension Pattern: CustomStringConvertible {
    /// The pattern as written.
    package var description: String { self.text }
}
