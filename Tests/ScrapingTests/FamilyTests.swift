import AgentTesting
import Patterns
import Pipeline
import Telemetry
import Testing

@testable import Scraping

/// Which family a sample is given, as receivers see it.
@Suite struct FamilyTests {
    @Test func samplesBelongToTheFamilyDescribedLast() async throws {
        let bench = try await ScrapeBench()
        await bench.scrape(
            """
            lonely 1
            # HELP a_total Help.
            # TYPE a_total counter
            a_total 1
            stranger 2
            # TYPE h histogram
            h_bucket{le="+Inf"} 1
            h_sum 2
            h_count 1
            h_max 3
            """
        )
        #expect(
            bench.families == [
                "lonely": "", "a_total": "a_total counter Help.", "stranger": "",
                "h_bucket": "h histogram ", "h_sum": "h histogram ", "h_count": "h histogram ",
                "h_max": "",
            ]
        )
    }

    /// Changes of comments reach known series, and changes back do as well.
    @Test func aFamilyIsChangedInPlace() async throws {
        let bench = try await ScrapeBench()
        let bodies = [
            ("a 1\n", ""), ("# TYPE a gauge\na 1\n", "a gauge "),
            ("# TYPE a counter\na 1\n", "a counter "), ("# TYPE a gauge\na 1\n", "a gauge "),
            ("# HELP a One.\n# TYPE a gauge\na 1\n", "a gauge One."),
            ("# HELP a Two.\n# TYPE a gauge\na 1\n", "a gauge Two."),
            ("# HELP a Two.\n# TYPE a gauge\na 1\n", "a gauge Two."),
            ("# HELP a One.\n# TYPE a gauge\na 1\n", "a gauge One."),
            ("# TYPE a gauge\n# HELP a Three.\na 1\n", "a gauge Three."),
        ]
        for (body, expected) in bodies {
            await bench.scrape(body)
            #expect(bench.families["a"] == expected, "\(body)")
            #expect(bench.last == ["a 1.0"])
        }
    }

    @Test func aRenamedSeriesIsNotOfTheFamily() async throws {
        let rename = RelabelRule(
            .replace,
            pattern: try Pattern(".*", anchored: true),
            target: "__name__",
            replacement: "b",
        )
        let bench = try await ScrapeBench { $0.metricRelabeling = Relabeling([rename]) }
        await bench.scrape("# TYPE a gauge\na 1\n")
        #expect(bench.families == ["b": ""])
    }
}
