import Pipeline
import Testing

@Suite struct RetryAfterTests {
    @Test(
        arguments: [
            ("120", .seconds(120)), ("0", .zero), (" 5 ", .seconds(5)),
            ("Sun, 06 Nov 1994 08:49:37 GMT", .seconds(37)),
            ("Sun, 06 Nov 1994 08:48:00 GMT", .zero), ("99999999", RetryAfter.limit),
            ("Sun, 06 Nov 2094 08:49:37 GMT", RetryAfter.limit), ("-1", nil), ("soon", nil),
            ("", nil), ("Sun, 99 Nov 1994 08:49:37 GMT", nil), ("1.5", nil),
        ] as [(String, Duration?)]
    )
    func reads(_ text: String, _ expected: Duration?) {
        // 1994-11-06T08:49:00Z
        #expect(RetryAfter.parse(text, now: 784_111_740) == expected)
    }
}
