/// A set of bytes to look for.
public struct ByteSet: Sendable {
    /// For each byte whether it is one of them: not 0.
    private let marks: [UInt8]

    /// Takes the set from what is said of each byte.
    public init(where isMember: (UInt8) -> Bool) {
        self.marks = (0...UInt8.max).map { isMember($0) ? 1 : 0 }
    }

    /// Where the first member stands in `bytes` at or after `start`; their number where there is none.
    public func firstOffset(in bytes: borrowing Span<UInt8>, from start: Int) -> Int {
        precondition(start >= 0 && start <= bytes.count, "scan outside the bytes")
        return unsafe bytes.withUnsafeBufferPointer { bytes in
            guard let base = bytes.baseAddress else { return start }
            return unsafe self.marks.withUnsafeBufferPointer { marks in
                guard let marks = marks.baseAddress else { return start }
                var index = start
                // One branch for four bytes.
                while index &+ 4 <= bytes.count {
                    let first = unsafe marks[Int(base[index])] | marks[Int(base[index &+ 1])]
                    let second = unsafe marks[Int(base[index &+ 2])] | marks[Int(base[index &+ 3])]
                    if first | second != 0 { break }
                    index &+= 4
                }
                while index < bytes.count, unsafe marks[Int(base[index])] == 0 { index &+= 1 }
                return index
            }
        }
    }
}
