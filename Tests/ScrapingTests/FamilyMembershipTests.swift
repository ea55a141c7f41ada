import Bytes
import Telemetry
import Testing

@testable import Scraping

@Suite struct FamilyMembershipTests {
    @Test(
        arguments: [
            ("a", .counter, ["a", "a_total"], ["ab", "a_created", "b", "a_totals"]),
            ("a_total", .counter, ["a_total"], ["a", "a_total_total", "a_created"]),
            (
                "h", .histogram, ["h", "h_bucket", "h_sum", "h_count"],
                ["h_created", "h_total", "h_gsum", "hh_sum"],
            ),
            (
                "g", .gaugeHistogram, ["g", "g_bucket", "g_gsum", "g_gcount"],
                ["g_sum", "g_count"],
            ),
            ("s", .summary, ["s", "s_sum", "s_count"], ["s_bucket", "s_created"]),
            ("i", .info, ["i", "i_info"], ["i_total"]),
            ("i_info", .info, ["i_info"], ["i"]),
            ("g", .gauge, ["g"], ["g_total", "g_sum", "", "gg"]),
            ("g", .unknown, ["g"], ["g_count"]),
            ("s", .stateset, ["s"], ["s_info"]),
        ] as [(String, MetricMetadata.Kind, [String], [String])]
    )
    func suffixesBelongToTypes(
        _ family: String,
        _ kind: MetricMetadata.Kind,
        _ own: [String],
        _ others: [String],
    ) {
        let family = MetricMetadata(family: family, kind: kind)
        func holds(_ name: String) -> Bool {
            let bytes = Array(name.utf8)
            return FamilyMembership.holds(bytes.span, of: family)
        }
        for name in own { #expect(holds(name), "\(name)") }
        for name in others { #expect(!holds(name), "\(name)") }
    }
}
