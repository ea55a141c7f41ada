import Bytes
import Codecs
import Config
import Pipeline

/// Gets one target's exposition.
struct TargetFetcher: Sendable {
    private enum Way: Sendable {
        case http(any HTTPExchange, HTTPRequest)
        case source(any ExpositionSource)
    }

    private let way: Way
    private let fallback: ScrapeProtocol?
    private let bodySizeLimit: Int

    init(
        _ target: ScrapeTarget,
        _ job: ScrapeJobOptions,
        exchange: any HTTPExchange,
        version: String,
    ) {
        self.fallback = job.fallbackProtocol
        self.bodySizeLimit = job.limits.bodySize
        let headers =
            [
                HTTPHeader(
                    "Accept",
                    ScrapeProtocol.accept(job.protocols, escaping: job.names.escaping.rawValue),
                ),
                HTTPHeader("User-Agent", "martlet/\(version)"),
                HTTPHeader(
                    "X-Prometheus-Scrape-Timeout-Seconds",
                    Self.text(seconds: target.timeout.seconds),
                ),
            ] + job.client.headers
        var connection = job.client.connection
        connection.unixSocket = target.unixSocket
        self.way = .http(
            exchange,
            HTTPRequest(
                .get,
                target.url,
                headers: headers,
                timeout: target.timeout,
                // A body as large as the limit fails too.
                responseLimit: job.limits.bodySize > 0
                    ? job.limits.bodySize - 1 : ScrapeLimits.defaultBodySize,
                acceptsCompressed: job.enableCompression,
                connection: connection,
            ),
        )
    }

    init(_ source: any ExpositionSource, _ job: ScrapeJobOptions) {
        self.way = .source(source)
        self.fallback = nil
        self.bodySizeLimit = job.limits.bodySize
    }

    /// Reads into `payload`, or into another that is returned; of a body larger than a piece that is
    /// the last one, and `taker` gets those before it.
    func fetch(
        into payload: Payload,
        _ taker: PieceTaker,
    ) async -> Result<ScrapeBody, ScrapeFailure> {
        switch self.way {
        case .source(let source):
            do {
                try await source.exposition(into: payload)
                return .success(ScrapeBody(payload, .text))
            } catch {
                return .failure(ScrapeFailure(.source, "\(error)"))
            }
        case .http(let exchange, var request):
            request.reusing = payload
            request.pieces = HTTPPieces(size: LargeBody.pieceSize) { response in
                await taker.take(self.check(response))
            }
            do throws(HTTPFailure) {
                return self.check(try await exchange.send(request))
            } catch {
                return .failure(taker.refusal ?? self.failure(error))
            }
        }
    }

    private func check(_ response: HTTPResponse) -> Result<ScrapeBody, ScrapeFailure> {
        guard response.status == 200 else {
            return .failure(
                ScrapeFailure(.status, "expected status 200, found \(response.status)")
            )
        }
        let type = response.header("Content-Type")
        let isEmpty = response.body.bytes.isEmpty
        // As in Prometheus nobody asks what an answer without a single byte is.
        guard
            let format = ScrapeProtocol.format(ofContentType: type) ?? self.fallback?.format
                ?? (isEmpty ? .text : nil)
        else {
            let found = type.map { "\"\($0)\"" } ?? "none"
            return .failure(
                ScrapeFailure(
                    .contentType,
                    "expected the Content-Type of an exposition, found \(found); set "
                        + "fallback_scrape_protocol to read it all the same",
                )
            )
        }
        return .success(ScrapeBody(response.body, format))
    }

    private func failure(_ failure: HTTPFailure) -> ScrapeFailure {
        switch failure.code {
        case .timeout: ScrapeFailure(.timeout, failure.description)
        case .tooLarge:
            ScrapeFailure(
                .bodySize,
                self.bodySizeLimit > 0
                    ? "expected a body below \(SizeSyntax.format(self.bodySizeLimit)) "
                        + "(body_size_limit), found more"
                    : failure.description,
            )
        default: ScrapeFailure(.connection, failure.description)
        }
    }

    /// Seconds as Prometheus writes them: `10`, `0.5`.
    private static func text(seconds: Double) -> String {
        var text = OutputBuffer(capacity: 32)
        text.append(goFloat: seconds)
        return text.text
    }
}
