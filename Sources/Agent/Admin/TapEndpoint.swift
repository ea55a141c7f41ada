import Codecs
import Config
import Patterns
import Pipeline
import Telemetry

/// `/api/v1/tap`: records as they pass, for as long as the client listens.
///
/// Nothing waits for a client: what it is too slow for is left out, and a line says how many records
/// that were.
struct TapEndpoint: AdminEndpoint {
    let methods = ["GET"]
    let path = "/api/v1/tap"
    let pipeline: @Sendable () async -> LogPipeline

    func answer(_ request: HTTPIncoming) async -> HTTPAnswer {
        let options: LogTapOptions
        do throws(Unusable) {
            options = try Self.options(request)
        } catch {
            return APIAnswer.badData(error.message)
        }
        let type = options.format == .json ? "application/x-ndjson" : "text/plain; charset=utf-8"
        let headers = [
            HTTPHeader("Content-Type", type), HTTPHeader("Cache-Control", "no-store"),
        ]
        if request.method == "HEAD" {
            return HTTPAnswer(status: 200, headers: headers, body: Payload(capacity: 16))
        }
        do throws(LogTapRefusal) {
            let tap = try await self.pipeline().tap(options)
            return HTTPAnswer(status: 200, headers: headers, stream: tap)
        } catch {
            return Self.refusal(error)
        }
    }

    private struct Unusable: Error {
        let message: String
    }

    private static func options(_ request: HTTPIncoming) throws(Unusable) -> LogTapOptions {
        var options = LogTapOptions()
        options.namespaces = NameList(request.values("namespace"))
        options.pods = NameList(request.values("pod"))
        options.containers = NameList(request.values("container"))
        let streams = request.values("stream")
        if !streams.isEmpty { options.streams = [] }
        for name in streams {
            let stream = LogStream.allCases.first { "\($0.name)" == name && name != "" }
            guard let stream else { throw Self.unexpected("stream", name, "stdout or stderr") }
            options.streams.insert(LogStreams(stream))
        }
        if let text = request.parameter("match") {
            do throws(PatternError) {
                options.pattern = try Pattern(text)
            } catch {
                throw Unusable(message: "match: \(error)")
            }
        }
        if let text = request.parameter("limit") {
            guard let limit = Int(text), limit > 0 else {
                throw Self.unexpected("limit", text, "a number above 0")
            }
            options.limit = limit
        }
        if let text = request.parameter("format") {
            guard let format = LogTapOptions.Format(rawValue: text) else {
                throw Self.unexpected("format", text, "json or text")
            }
            options.format = format
        }
        if let text = request.parameter("fields") {
            guard let layout = LogJSON.Layout(rawValue: text) else {
                let known = LogJSON.Layout.allCases.map(\.rawValue).joined(separator: ", ")
                throw Self.unexpected("fields", text, "one of \(known)")
            }
            options.layout = layout
        }
        return options
    }

    private static func unexpected(_ name: String, _ found: String, _ wanted: String) -> Unusable {
        Unusable(message: "\(name): expected \(wanted), found `\(found)`")
    }

    private static func refusal(_ reason: LogTapRefusal) -> HTTPAnswer {
        switch reason {
        case .tooMany:
            .text(
                429,
                "\(LogPipeline.tapLimit) taps are open already; end one of them, or wait\n",
            )
        case .stopping: .text(503, "log collection is stopping; ask again in a moment\n")
        case .failed(let why): .text(503, "no tap can be opened: \(why)\n")
        }
    }
}
