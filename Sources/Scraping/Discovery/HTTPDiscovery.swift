import Bytes
import Codecs
package import Config
package import Pipeline
import Telemetry

/// `http_sd_configs`: target groups in JSON from a URL.
///
/// Source: Prometheus, `discovery/http/http.go`.
package struct HTTPDiscovery: RefreshingDiscovery {
    /// The entry's keys; those of `http_config` stand beside its own.
    package struct Options: DiscoveryOptions {
        /// Where the groups are.
        package var url: String
        /// The time between two requests, and the time for one.
        package var refreshInterval: Duration
        /// TLS, proxy and authorization.
        package var client: HTTPClientOptions

        /// Reads one entry.
        package init(from node: inout ConfigNode) throws(ConfigError) {
            self.url = node.requiredString("url", "Where the target groups are, in JSON.")
            self.refreshInterval = node.duration(
                "refresh_interval",
                default: .seconds(60),
                in: .seconds(1)...DurationSyntax.longest,
                "The time between two requests, and the most that one may take.",
            )
            self.client = HTTPClientOptions(readingFrom: &node)
            let rest = ["http://", "https://"].first { self.url.hasPrefix($0) }
                .map { self.url.dropFirst($0.count) }
            let hasHost = rest?.first.map { $0 != "/" && $0 != "?" && $0 != "#" } ?? false
            if node.isPresent("url"), !hasHost {
                node.reject("url", expected: "an http or https URL with a host")
            }
        }
    }

    package static let mechanism = "http"
    /// The most bytes of an answer.
    package static let answerLimit = 32 << 20

    package let context: DiscoveryContext
    package var subject: String { self.options.url }
    package var refreshInterval: Duration { self.options.refreshInterval }
    private let options: Options
    private let failures: Counter

    package init(_ options: Options, in context: DiscoveryContext) {
        self.options = options
        self.context = context
        self.failures = context.meters.counter(
            "prometheus_sd_http_failures_total",
            "Requests of http_sd_configs that failed.",
        )
    }

    package func refresh(_ findings: DiscoveryFindings) async throws(DiscoveryFailure) {
        do throws(DiscoveryFailure) {
            var groups = try await self.groups()
            for place in groups.indices {
                groups[place].source = "\(self.options.url):\(place)"
                groups[place].labels["__meta_url"] = self.options.url
            }
            findings.replace(with: groups)
        } catch {
            if !Task.isCancelled { self.failures.add() }
            throw error
        }
    }

    private func groups() async throws(DiscoveryFailure) -> [TargetGroup] {
        let response: HTTPResponse
        let shown = ShownURL.of(self.options.url)
        do throws(HTTPFailure) {
            response = try await self.context.exchange.send(self.request)
        } catch {
            throw DiscoveryFailure("\(shown): \(error)")
        }
        guard response.status == 200 else {
            throw DiscoveryFailure("\(shown): expected status 200, found \(response.status)")
        }
        let type = response.header("Content-Type")
        guard Self.isJSON(type) else {
            throw DiscoveryFailure(
                "\(shown): expected the Content-Type application/json, found "
                    + (type.map { "\"\($0)\"" } ?? "none")
            )
        }
        do throws(TargetGroupJSON.Unreadable) {
            return try Self.read(response.body.bytes)
        } catch {
            throw DiscoveryFailure("\(shown): \(error)")
        }
    }

    private static func read(
        _ bytes: borrowing OutputBuffer
    ) throws(TargetGroupJSON.Unreadable) -> [TargetGroup] {
        try TargetGroupJSON.read(bytes.span)
    }

    private var request: HTTPRequest {
        var seconds = OutputBuffer(capacity: 32)
        seconds.append(goFloat: self.options.refreshInterval.seconds)
        let headers = [
            HTTPHeader("Accept", "application/json"),
            HTTPHeader("User-Agent", "martlet/\(self.context.version)"),
            HTTPHeader("X-Prometheus-Refresh-Interval-Seconds", seconds.text),
        ]
        return HTTPRequest(
            .get,
            self.options.url,
            headers: headers + self.options.client.headers,
            timeout: self.options.refreshInterval,
            responseLimit: Self.answerLimit,
            acceptsCompressed: true,
            connection: self.options.client.connection,
        )
    }

    /// Whether a field is `application/json`, with UTF-8 as its character set if it names one.
    static func isJSON(_ type: String?) -> Bool {
        guard let type else { return false }
        let parts = type.lowercased().split(separator: ";", omittingEmptySubsequences: false)
        guard parts[0] == "application/json", parts.count < 3 else { return false }
        if parts.count == 1 { return true }
        let parameter = parts[1].drop { $0 == " " || $0 == "\t" }
        return parameter == "charset=utf-8" || parameter == "charset=\"utf-8\""
    }
}
