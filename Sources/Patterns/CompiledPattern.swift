internal import CRE2

/// Owns one RE2 object.
@safe final class CompiledPattern {
    private let handle: OpaquePointer
    /// The groups' names, the first being group 1's.
    let groupNames: [String?]

    private static let messageCapacity = 256

    /// Compiles `text`; errors speak of `written`, which is what the user wrote.
    init(_ text: String, written: String, dotMatchesNewline: Bool) throws(PatternError) {
        var message = [CChar](repeating: 0, count: Self.messageCapacity)
        var fragment = message
        var text = text
        let options: UInt32 = dotMatchesNewline ? UInt32(CRE2_DOT_MATCHES_NEWLINE) : 0
        let handle = text.withUTF8 { bytes in
            unsafe cre2_compile(
                Self.characters(bytes),
                bytes.count,
                options,
                Int64(Pattern.maximumMemory),
                &message,
                &fragment,
                Self.messageCapacity,
            )
        }
        guard let handle = unsafe handle else {
            throw PatternError(
                message: Self.string(message),
                fragment: Self.string(fragment),
                in: written,
            )
        }
        unsafe self.handle = handle
        let count = unsafe cre2_group_count(handle)
        self.groupNames = (0..<count).map { index in
            unsafe cre2_group_name(handle, index + 1).map { unsafe String(cString: $0) }
        }
    }

    deinit {
        unsafe cre2_destroy(self.handle)
    }

    /// Matches `input` from `start` on and fills `count` ranges; running out of memory counts as no match.
    @unsafe func match(
        _ input: UnsafeBufferPointer<UInt8>,
        from start: Int = 0,
        full: Bool,
        ranges: UnsafeMutablePointer<cre2_range>?,
        count: Int,
    ) -> Bool {
        unsafe cre2_match(
            self.handle,
            Self.characters(input),
            input.count,
            start,
            full,
            ranges,
            count,
        ) == 1
    }

    // RE2 tells "no group" by a null pointer, so an empty input needs an address too.
    private static func characters(_ bytes: UnsafeBufferPointer<UInt8>) -> UnsafePointer<CChar> {
        guard let start = bytes.baseAddress else { return unsafe Self.emptyText }
        return unsafe UnsafeRawPointer(start).assumingMemoryBound(to: CChar.self)
    }

    private static var emptyText: UnsafePointer<CChar> {
        let literal: StaticString = ""
        return unsafe UnsafeRawPointer(literal.utf8Start).assumingMemoryBound(to: CChar.self)
    }

    private static func string(_ characters: [CChar]) -> String {
        String(decoding: characters.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}

// RE2 objects are immutable after construction and their caches are locked inside RE2.
extension CompiledPattern: @unchecked Sendable {}
