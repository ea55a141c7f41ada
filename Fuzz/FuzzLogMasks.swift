import Bytes
import Codecs
import Fuzzing
import Patterns

/// What masks look for, and the texts that patterns require.
@main enum FuzzLogMasks {
    static func main() { fuzz(Self.test) }

    private static func test(_ input: inout FuzzInput) {
        let kinds = SecretScanner.Detectors(
            rawValue: UInt16(input.byte()) << 3 | UInt16(input.byte() & 7)
        )
        let pattern = input.line()
        let bytes = input.rest()
        Self.scan(bytes, kinds)
        guard let pattern = try? Pattern(pattern) else { return }
        let literal = RequiredLiteral(of: pattern)
        if pattern.matches(bytes.span) {
            invariant(literal.isIn(bytes.span), "a match without what it requires")
        }
    }

    /// Matches lie one after the other, and what stands in their place is not found again.
    private static func scan(_ bytes: [UInt8], _ kinds: SecretScanner.Detectors) {
        let scanner = SecretScanner(kinds)
        var masked: [UInt8] = []
        var done = 0
        while let match = scanner.next(in: bytes.span, from: done) {
            invariant(match.range.lowerBound >= done, "a match that lies back")
            invariant(!match.range.isEmpty && match.range.upperBound <= bytes.count, "no match")
            masked += bytes[done..<match.range.lowerBound]
            masked += Array(repeating: UInt8(ascii: "*"), count: 3)
            done = match.range.upperBound
        }
        masked += bytes[done...]
        invariant(masked.count <= bytes.count + bytes.count * 3, "more than there was")
    }
}
