import Bytes
import RandomTesting
import Testing

@Suite struct FloatTests {
    /// Values and texts as Go writes them; most stand in node_exporter's own expected output.
    @Test(
        arguments: [
            (0, "0"), (-0.0, "-0"), (1, "1"), (-1, "-1"), (0.21, "0.21"), (529_408, "529408"),
            (999_999, "999999"), (1_000_000, "1e+06"), (1_589_248, "1.589248e+06"),
            (0.0001, "0.0001"), (0.00001, "1e-05"), (9653.880000000001, "9653.880000000001"),
            (14.036781000000001, "14.036781000000001"), (1.418183276e9, "1.418183276e+09"),
            (513_713_216_512, "5.13713216512e+11"), (123_456.5, "123456.5"),
            (1_234_567.5, "1.2345675e+06"), (.leastNonzeroMagnitude, "5e-324"),
            (1.797e308, "1.797e+308"),
            (2_320_168_809, "2.320168809e+09"), (9_007_199_254_740_991, "9.007199254740991e+15"),
            (9_007_199_254_740_992, "9.007199254740992e+15"), (1_200_000, "1.2e+06"),
            (-4_503_599_627_370_497, "-4.503599627370497e+15"), (1e21, "1e+21"),
            (100_000, "100000"),
            (0.1 + 0.2, "0.30000000000000004"), (12.376, "12.376"), (-0.00012, "-0.00012"),
            (.infinity, "+Inf"), (-.infinity, "-Inf"), (.nan, "NaN"),
        ] as [(Double, String)]
    )
    func writesFloatsAsGoDoes(_ value: Double, _ expected: String) {
        var buffer = OutputBuffer()
        buffer.append(goFloat: value)
        #expect(buffer.text == expected)
    }

    @Test(
        arguments: [
            (1, "1.0"), (0, "0.0"), (10, "10.0"), (5e-05, "5e-05"), (0.5, "0.5"),
            (1_000_000, "1e+06"), (.infinity, "+Inf"),
        ] as [(Double, String)]
    )
    func writesFloatsAsOpenMetricsWants(_ value: Double, _ expected: String) {
        var buffer = OutputBuffer()
        buffer.append(openMetricsFloat: value)
        #expect(buffer.text == expected)
    }

    @Test(
        arguments: [
            ("1", 1), ("-1.5e3", -1500), (".5", 0.5), ("5.", 5), ("+1", 1), ("0.1", 0.1),
            ("123456789012345678901234567890", 123_456_789_012_345_677_877_719_597_056),
            ("9007199254740993", 9_007_199_254_740_992), ("1e22", 1e22), ("1e-400", 0),
            ("2.2250738585072014e-308", 2.2250738585072014e-308), ("1E5", 100_000),
            ("Inf", .infinity), ("+Inf", .infinity), ("-inf", -.infinity), ("infinity", .infinity),
            ("0.30000000000000004", 0.1 + 0.2),
        ] as [(String, Double)]
    )
    func readsFloats(_ text: String, _ expected: Double) {
        #expect(Array(text.utf8).span.decimalFloat == expected)
    }

    @Test(arguments: [
        "", "+", "-", ".", "e5", "1e", "1_000", "0x10", " 1", "1 ", "1.2.3", "--1", "1p3", "abc",
        "Infin", "+nan",
    ])
    func refusesWhatIsNoFloat(_ text: String) {
        #expect(Array(text.utf8).span.decimalFloat == nil)
    }

    @Test func readsNaNAsTheOrdinaryOne() {
        #expect(Array("NaN".utf8).span.decimalFloat?.bitPattern == 0x7ff8_0000_0000_0001)
    }

    /// What is written is read back to the same bits.
    @Test func roundTripsRandomFloats() {
        var random = SplitMix(seed: 42)
        for _ in 0..<20_000 {
            let value = Double(bitPattern: random.next())
            if !value.isFinite { continue }
            var buffer = OutputBuffer()
            buffer.append(goFloat: value)
            #expect(buffer.span.decimalFloat == value)
        }
    }
}
