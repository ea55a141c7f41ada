// A hole in front of a file, sparse or copied: what a truncation under a writer leaves that goes on at
// its old offset.
extension Span where Element == UInt8 {
    /// How many NUL bytes stand in front.
    var leadingNULs: Int {
        for index in 0..<self.count where self[index] != 0 { return index }
        return self.count
    }

    /// The first byte that is not NUL.
    var firstByte: UInt8? {
        let start = self.leadingNULs
        return start < self.count ? self[start] : nil
    }
}
