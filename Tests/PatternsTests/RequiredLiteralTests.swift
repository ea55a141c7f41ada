import Bytes
import Patterns
import Testing

/// The texts that patterns require, and those that only seem to.
@Suite struct RequiredLiteralTests {
    private func literal(_ pattern: String) throws -> String {
        String(decoding: RequiredLiteral(of: try Pattern(pattern)).bytes, as: UTF8.self)
    }

    @Test(arguments: [
        ("token=[a-z]+", "token="), ("a?bcd", "bcd"), ("abcd*", "abc"),
        ("user\\.name", "user.name"),
        ("ab{2,3}cdef", "cdef"), ("(x|y)secret", "secret"),
    ])
    func isFound(_ pattern: String, _ text: String) throws {
        #expect(try self.literal(pattern) == text)
    }

    /// A brace that is no repetition, or a bracket in brackets, hides nothing behind it.
    @Test(arguments: [
        "word{ more|", "word{,2}|", "word{2,x|", "abc|def", "(?i)secret", "ab", "[[:i]word|x",
    ])
    func isNotClaimed(_ pattern: String) throws {
        #expect(try self.literal(pattern) == "")
    }
}
