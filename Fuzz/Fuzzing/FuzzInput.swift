/// One input of a fuzzer, taken apart from its front.
package struct FuzzInput {
    private var bytes: ArraySlice<UInt8>

    /// Copies the input to an allocation of just its size, so that a read beyond it is seen.
    package init(_ start: UnsafePointer<UInt8>?, _ count: Int) {
        self.bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))[...]
    }

    /// Whether everything was taken.
    package var isEmpty: Bool { self.bytes.isEmpty }

    /// Takes one byte; 0 at the end.
    package mutating func byte() -> UInt8 { self.bytes.popFirst() ?? 0 }

    /// Takes one byte as an index below `count`.
    package mutating func choice(_ count: Int) -> Int { Int(self.byte()) % count }

    /// Takes eight bytes, fewer at the end.
    package mutating func word() -> UInt64 {
        (0..<8).reduce(0) { word, _ in word << 8 | UInt64(self.byte()) }
    }

    /// Takes up to and over the next line end, as text.
    package mutating func line() -> String {
        let line = self.bytes.prefix { $0 != UInt8(ascii: "\n") }
        self.bytes = self.bytes.dropFirst(line.count + 1)
        return String(decoding: line, as: UTF8.self)
    }

    /// Takes all that is left.
    package mutating func rest() -> [UInt8] {
        defer { self.bytes = [] }
        return Array(self.bytes)
    }
}

/// Stops the process, which is how a fuzzer reports an input, unless the invariant holds.
package func invariant(
    _ holds: Bool,
    _ message: @autoclosure () -> String,
    file: StaticString = #file,
    line: UInt = #line,
) {
    if !holds { fatalError(message(), file: file, line: line) }
}
