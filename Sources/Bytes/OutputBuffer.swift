import Glibc

/// A growable buffer of bytes with one owner.
///
/// Hot paths write into one of these, reset it and write again: after warm-up nothing allocates.
/// It never shrinks by itself; `shrink(to:)` gives memory back.
@safe public struct OutputBuffer: ~Copyable {
    @usableFromInline
    var base: UnsafeMutablePointer<UInt8>
    @usableFromInline
    var length: Int
    @usableFromInline
    var room: Int

    /// Makes an empty buffer with room for `capacity` bytes.
    ///
    /// With 0 it has no memory until something is written: to stand in for another for a moment.
    public init(capacity: Int = 256) {
        self.length = 0
        if capacity <= 0 {
            self.room = 0
            unsafe self.base = Self.noMemory
            return
        }
        self.room = max(capacity, 16)
        guard let memory = unsafe malloc(self.room) else {
            preconditionFailure("out of memory making a buffer of \(capacity) bytes")
        }
        unsafe self.base = memory.assumingMemoryBound(to: UInt8.self)
    }

    deinit {
        if self.room > 0 { unsafe free(self.base) }
    }

    /// What an address is where there is no memory: not null, since C functions take that ill.
    private static var noMemory: UnsafeMutablePointer<UInt8> {
        unsafe UnsafeMutablePointer(bitPattern: MemoryLayout<Int>.alignment).unsafelyUnwrapped
    }
}

// The buffer is uniquely owned and moves as a whole, so sending it is sending its memory.
extension OutputBuffer: @unchecked Sendable {}

extension OutputBuffer {
    /// Bytes written so far.
    @inlinable
    public var count: Int { self.length }

    /// Bytes that fit before the buffer grows.
    @inlinable
    public var capacity: Int { self.room }

    /// Whether nothing was written.
    @inlinable
    public var isEmpty: Bool { self.length == 0 }

    /// The bytes written so far.
    public var span: Span<UInt8> {
        @_lifetime(borrow self)
        get {
            let span = unsafe Span(_unsafeStart: self.base, count: self.count)
            return unsafe _overrideLifetime(span, borrowing: self)
        }
    }

    /// Forgets what was written and keeps the memory.
    public mutating func removeAll() {
        self.length = 0
    }

    /// Cuts the buffer back to its first `count` bytes.
    ///
    /// - Precondition: `count` is not above what was written.
    public mutating func truncate(to count: Int) {
        precondition(count >= 0 && count <= self.count, "truncate beyond what was written")
        self.length = count
    }

    /// Removes the first `amount` bytes and moves the rest to the front.
    public mutating func removeFirst(_ amount: Int) {
        precondition(amount >= 0 && amount <= self.count, "remove beyond what was written")
        if amount == 0 { return }
        unsafe memmove(self.base, self.base + amount, self.count - amount)
        self.length -= amount
    }

    /// Makes room for `amount` more bytes, growing by at least half so that appends stay cheap.
    @inlinable
    public mutating func reserve(_ amount: Int) {
        if self.count &+ amount > self.capacity { self.grow(by: amount) }
    }

    @usableFromInline
    mutating func grow(by amount: Int) {
        self.reallocate(max(self.count + amount, self.capacity + self.capacity / 2))
    }

    /// Gives back memory above `capacity` when no more than that is in use.
    public mutating func shrink(to capacity: Int) {
        if self.capacity > capacity, self.count <= capacity { self.reallocate(capacity) }
    }

    private mutating func reallocate(_ wanted: Int) {
        let capacity = max(wanted, 16)
        let memory = unsafe self.room > 0 ? self.base : nil
        guard let moved = unsafe realloc(memory, capacity) else {
            preconditionFailure("out of memory growing a buffer to \(capacity) bytes")
        }
        unsafe self.base = moved.assumingMemoryBound(to: UInt8.self)
        self.room = capacity
    }

    /// Appends one byte.
    @inlinable
    public mutating func append(_ byte: UInt8) {
        self.reserve(1)
        unsafe self.base[self.count] = byte
        self.length &+= 1
    }

    /// Appends the bytes of a span.
    @inlinable
    public mutating func append(_ bytes: borrowing Span<UInt8>) {
        let amount = bytes.count
        if amount == 0 { return }
        self.reserve(amount)
        let target = unsafe self.base + self.count
        unsafe bytes.withUnsafeBufferPointer { source in
            if let start = source.baseAddress {
                unsafe target.update(from: start, count: amount)
            }
        }
        self.length &+= amount
    }

    /// Appends what was written to another buffer.
    @inlinable
    public mutating func append(_ other: borrowing OutputBuffer) {
        self.append(other.span)
    }

    /// Appends part of this buffer to its own end.
    public mutating func appendCopy(of range: Range<Int>) {
        precondition(
            range.lowerBound >= 0 && range.upperBound <= self.count,
            "range out of bounds",
        )
        self.reserve(range.count)
        unsafe (self.base + self.count).update(
            from: self.base + range.lowerBound,
            count: range.count,
        )
        self.length += range.count
    }

    /// Appends a literal.
    @inlinable
    public mutating func append(_ text: StaticString) {
        let amount = text.utf8CodeUnitCount
        self.reserve(amount)
        unsafe (self.base + self.count).update(from: text.utf8Start, count: amount)
        self.length &+= amount
    }

    /// Appends a string's UTF-8.
    @inlinable
    public mutating func append(_ text: String) {
        var text = text
        text.withUTF8 { bytes in
            let amount = bytes.count
            self.reserve(amount)
            if let start = bytes.baseAddress {
                unsafe (self.base + self.count).update(from: start, count: amount)
            }
            self.length &+= amount
        }
    }

    /// Overwrites one byte that was written before.
    @inlinable
    public mutating func overwrite(_ byte: UInt8, at offset: Int) {
        precondition(offset >= 0 && offset < self.count, "overwrite beyond what was written")
        unsafe self.base[offset] = byte
    }

    /// Lets `body` write up to `amount` bytes in place; it returns how many it wrote.
    ///
    /// For system calls and codecs that fill a pointer. The closure must not keep the pointer.
    @inlinable
    public mutating func appendInPlace<Failure: Error>(
        upTo amount: Int,
        _ body: (UnsafeMutableBufferPointer<UInt8>) throws(Failure) -> Int,
    ) throws(Failure) {
        self.reserve(amount)
        let room = unsafe UnsafeMutableBufferPointer(start: self.base + self.count, count: amount)
        let written = try unsafe body(room)
        precondition(written >= 0 && written <= amount, "wrote outside the room given")
        self.length &+= written
    }

    /// Calls `body` with the address of the bytes written so far, for C interfaces.
    @inlinable
    public func withUnsafeBytes<Result, Failure: Error>(
        _ body: (UnsafeBufferPointer<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try unsafe body(UnsafeBufferPointer(start: self.base, count: self.count))
    }

    /// What was written, as text; invalid UTF-8 becomes U+FFFD.
    public var text: String {
        unsafe String(
            decoding: UnsafeBufferPointer(start: self.base, count: self.count),
            as: UTF8.self,
        )
    }

    /// What was written, as an array.
    public var array: [UInt8] {
        unsafe Array(UnsafeBufferPointer(start: self.base, count: self.count))
    }
}
