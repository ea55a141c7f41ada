import RandomTesting
import Testing

@testable import Config

@Suite
struct DurationSyntaxTests {
    @Test(
        arguments: [
            ("0", .zero),
            ("0s", .zero),
            ("15s", .seconds(15)),
            ("1m", .seconds(60)),
            ("1h30m", .seconds(5400)),
            ("2d", .seconds(172_800)),
            ("1w", .seconds(604_800)),
            ("1y", .seconds(31_536_000)),
            ("500ms", .milliseconds(500)),
            ("1y2w3d4h5m6s7ms", .milliseconds(33_019_506_007)),
            ("1h1ms", .milliseconds(3_600_001)),
            ("010s", .seconds(10)),
            ("290y", .seconds(290 * 31_536_000)),
        ] as [(String, Duration)]
    )
    func parses(text: String, expected: Duration) {
        #expect(DurationSyntax.parse(text) == expected)
    }

    @Test(
        arguments: [
            "", "1", "15", "s", "1.5s", "-1s", "+1s", " 1s", "1s ", "1 s", "1S", "1sec", "1s1m",
            "1m1m", "1ms1s", "1us", "293y", "99999999999999999999s", "9223372036854775807y",
            "1h-1m",
        ]
    )
    func refuses(text: String) {
        #expect(DurationSyntax.parse(text) == nil)
    }

    @Test(
        arguments: [
            (.zero, "0s"),
            (.seconds(15), "15s"),
            (.seconds(90), "1m30s"),
            (.seconds(86_400), "1d"),
            (.seconds(90_000), "25h"),
            (.seconds(7 * 86_400), "1w"),
            (.seconds(365 * 86_400), "1y"),
            (.milliseconds(1500), "1s500ms"),
            (.seconds(-5), "-5s"),
        ] as [(Duration, String)]
    )
    func formats(duration: Duration, expected: String) {
        #expect(DurationSyntax.format(duration) == expected)
    }

    @Test func `what is formatted parses to the same`() {
        var random = SplitMix(seed: 3)
        for _ in 0..<2000 {
            let duration = Duration.milliseconds(Int64(random.next() % 40_000_000_000))
            #expect(DurationSyntax.parse(DurationSyntax.format(duration)) == duration)
        }
    }
}
