/// The expositions a target can be asked for, under the names that `scrape_protocols` uses.
package enum ScrapeProtocol: String, Sendable, CaseIterable {
    case protobuf = "PrometheusProto"
    case openMetrics1 = "OpenMetricsText1.0.0"
    case openMetrics0 = "OpenMetricsText0.0.1"
    case text1 = "PrometheusText1.0.0"
    case text0 = "PrometheusText0.0.4"

    /// The parser that an answer needs.
    package enum Format: Sendable, Hashable {
        case text
        case openMetrics
        case protobuf
    }

    /// What Prometheus asks for when nothing is configured.
    package static let standard: [ScrapeProtocol] = [.openMetrics1, .openMetrics0, .text1, .text0]

    /// The parser of this exposition.
    package var format: Format {
        switch self {
        case .protobuf: .protobuf
        case .openMetrics1, .openMetrics0: .openMetrics
        case .text1, .text0: .text
        }
    }

    private var mediaType: String {
        switch self {
        case .protobuf:
            "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily"
                + ";encoding=delimited"
        case .openMetrics1: "application/openmetrics-text;version=1.0.0"
        case .openMetrics0: "application/openmetrics-text;version=0.0.1"
        case .text1: "text/plain;version=1.0.0"
        case .text0: "text/plain;version=0.0.4"
        }
    }

    private var takesEscaping: Bool { self == .openMetrics1 || self == .text1 }

    /// The `Accept` field that asks for `protocols`, the first being liked best.
    ///
    /// Weights fall from 0.6 by a tenth, as Prometheus writes them; `escaping` is how names beyond
    /// the legacy characters are to be written.
    package static func accept(
        _ protocols: [ScrapeProtocol],
        escaping: String = "allow-utf-8",
    ) -> String {
        var weight = Self.allCases.count + 1
        var parts: [String] = []
        for known in protocols {
            let scheme = known.takesEscaping ? ";escaping=\(escaping)" : ""
            parts.append("\(known.mediaType)\(scheme);q=0.\(weight)")
            weight -= 1
        }
        parts.append("*/*;q=0.\(max(weight, 1))")
        return parts.joined(separator: ",")
    }

    /// The parser for an answer's `Content-Type`; nil when the type is missing or unknown.
    ///
    /// Only the media type counts, parameters do not.
    package static func format(ofContentType type: String?) -> Format? {
        guard let type else { return nil }
        let media = type.split(separator: ";", omittingEmptySubsequences: false).first ?? ""
        switch media.filter({ $0 != " " && $0 != "\t" }).lowercased() {
        case "text/plain": return .text
        case "application/openmetrics-text": return .openMetrics
        case "application/vnd.google.protobuf": return .protobuf
        default: return nil
        }
    }
}
