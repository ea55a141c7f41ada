/// Finds where a JSON value ends whose bytes arrive piece by piece.
///
/// Looks at brackets and quotes only; whoever reads the value checks the rest.
struct JSONValueEnd {
    private var depth = 0
    private var isInString = false
    private var isAfterBackslash = false

    /// Goes on at `start`: where the value ends in these bytes; nil when it goes on after them.
    ///
    /// A word ends before the byte that is no part of it.
    mutating func find(in bytes: borrowing Span<UInt8>, from start: Int) -> Int? {
        var index = start
        while index < bytes.count {
            let byte = bytes[index]
            if self.isAfterBackslash {
                self.isAfterBackslash = false
            } else if self.isInString {
                if byte == UInt8(ascii: "\\") {
                    self.isAfterBackslash = true
                } else if byte == UInt8(ascii: "\"") {
                    self.isInString = false
                    if self.depth == 0 { return index &+ 1 }
                }
            } else {
                switch byte {
                case UInt8(ascii: "\""): self.isInString = true
                case UInt8(ascii: "{"), UInt8(ascii: "["): self.depth &+= 1
                case UInt8(ascii: "}"), UInt8(ascii: "]"):
                    if self.depth == 0 { return index }
                    self.depth &-= 1
                    if self.depth == 0 { return index &+ 1 }
                case UInt8(ascii: ","), UInt8(ascii: ":"), 0x20, 0x0a, 0x0d, 0x09:
                    if self.depth == 0 { return index }
                default: break
                }
            }
            index &+= 1
        }
        return nil
    }
}
