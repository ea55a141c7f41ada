import Codecs
import Pipeline

/// `/metrics` and `/metrics/NAME`: expositions for scrapers.
///
/// The format follows `Accept`: OpenMetrics 1.0 where it is asked for before plain text, Prometheus
/// text 0.0.4 otherwise. `collect[]` and `exclude[]` choose collectors as in node_exporter.
struct MetricsEndpoint: AdminEndpoint {
    let methods = ["GET"]
    let path: String
    let selection: Expositions.Selection
    let expositions: @Sendable () async -> Expositions

    func answer(_ request: HTTPIncoming) async -> HTTPAnswer {
        let payload = Payload(capacity: 64 << 10)
        let format = AcceptHeader.format(of: request.header("Accept"))
        do {
            let contentType = try await self.expositions().render(
                self.selection,
                query: request.query,
                as: format,
                into: payload,
            )
            return HTTPAnswer(
                status: 200,
                headers: [HTTPHeader("Content-Type", contentType)],
                body: payload,
            )
        } catch {
            return .text(400, "\(error)\n")
        }
    }
}

/// Reads what a scraper can take.
enum AcceptHeader {
    /// The text format with the highest weight; the plain one when nothing is said.
    ///
    /// Source: RFC 9110, section 12.5.1.
    static func format(of header: String?) -> MetricWriter.Format {
        var best = MetricWriter.Format.prometheusText
        var bestWeight = 0.0
        for range in (header ?? "").split(separator: ",") {
            let parts = range.split(separator: ";").map { $0.trimmed }
            let weight =
                parts.dropFirst().first { $0.hasPrefix("q=") }
                .map { Double($0.dropFirst(2)) ?? 0 } ?? 1
            let version = parts.dropFirst().first { $0.hasPrefix("version=") }?.dropFirst(8)
            let format: MetricWriter.Format
            switch parts.first?.lowercased() {
            case "application/openmetrics-text" where version == nil || version == "1.0.0":
                format = .openMetrics
            case "text/plain" where version == nil || version == "0.0.4", "text/*", "*/*":
                format = .prometheusText
            default: continue
            }
            if weight > bestWeight {
                best = format
                bestWeight = weight
            }
        }
        return best
    }
}

extension Substring {
    /// Without spaces and tabs at both ends.
    fileprivate var trimmed: Substring {
        var text = self
        while let first = text.first, first == " " || first == "\t" { text.removeFirst() }
        while let last = text.last, last == " " || last == "\t" { text.removeLast() }
        return text
    }
}
