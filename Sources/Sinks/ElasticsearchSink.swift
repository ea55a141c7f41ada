import Bytes
import Codecs
package import Config
package import Pipeline
import Telemetry

/// Delivers records by Elasticsearch's bulk API; OpenSearch and others speak it too.
package struct ElasticsearchSink: LogSink {
    package static let name: ComponentName = "elasticsearch"

    /// The most bytes of an answer: some 350 for each item of the largest request.
    private static let responseLimit = 64 << 20

    package let destination: LogDestination
    package let delivery: LogDeliveryOptions
    private let format: BulkWriter.Format

    package init(_ options: Options, in context: ComponentContext) throws(ConfigError) {
        self.delivery = options.delivery
        self.format = BulkWriter.Format(
            action: options.action,
            index: options.index,
            hasIDs: options.id,
            json: LogJSON.Format(
                layout: options.layout,
                host: context.nodeName,
                dedots: options.dedots,
            ),
        )
        self.destination = .http(
            options.urls.map { url in
                HTTPRequest(
                    .post,
                    Self.endpoint(url, pipeline: options.pipeline),
                    headers: [HTTPHeader("Content-Type", "application/x-ndjson")]
                        + options.client.headers,
                    timeout: options.timeout,
                    responseLimit: Self.responseLimit,
                    connection: options.client.connection,
                )
            }
        )
    }

    package func makeEncoder() -> any LogEncoder { Encoder(self.format) }

    package func interpret(_ response: HTTPResponse, items: Int) -> Outcome {
        switch response.status {
        case 200..<300:
            return self.interpretItems(response.body, items: items)
        case 413:
            return .split(reason: "answered 413: the request is too large")
        case 400, 406, 415, 422:
            return .rejected(reason: Self.reason(response))
        default:
            // 401, 403 and 404 are the operator's to set right; nothing is lost until then.
            return .retry(after: nil, reason: Self.reason(response))
        }
    }

    private func interpretItems(_ body: Payload, items: Int) -> Outcome {
        let answer: BulkResponse
        do throws(BulkResponse.Unreadable) {
            answer = try body.readBulkResponse()
        } catch {
            return .retry(after: nil, reason: "answered no bulk response: \(error)")
        }
        if answer.isClean { return .accepted }
        if answer.itemCount != items {
            let reason = "answered for \(answer.itemCount) of \(items) items"
            return .retry(after: nil, reason: reason)
        }
        var retry: [Int] = []
        var rejected: [Outcome.RejectedItem] = []
        for fault in answer.faults {
            switch self.judge(fault.status) {
            case .stored: break
            case .later: retry.append(fault.index)
            case .never:
                let reason = fault.reason.isEmpty ? "" : "\(fault.status) \(fault.reason)"
                rejected.append(.init(index: fault.index, reason: reason))
            }
        }
        if retry.isEmpty, rejected.isEmpty { return .accepted }
        return .partial(retry: retry, rejected: rejected)
    }

    private enum Verdict {
        case stored
        case later
        case never
    }

    /// What an item's status means.
    ///
    /// With ids of our own a conflict says that the record is there already: it was sent before.
    private func judge(_ status: Int) -> Verdict {
        switch status {
        case 409: self.format.hasIDs && self.format.action == .create ? .stored : .never
        // 403 is an index that is read-only, as on a full disk; 404 one that must not be made.
        case 401, 403, 404, 408, 429, 500...: .later
        default: .never
        }
    }

    /// Only statuses and errors are asked for: that shortens an answer to a fifth.
    private static func endpoint(_ url: String, pipeline: String?) -> String {
        var base = url
        while base.hasSuffix("/") { base.removeLast() }
        var endpoint = base.hasSuffix("/_bulk") ? base : "\(base)/_bulk"
        endpoint += "?filter_path=errors,items.*.status,items.*.error"
        if let pipeline { endpoint += "&pipeline=\(Self.escaped(pipeline))" }
        return endpoint
    }

    private static func escaped(_ text: String) -> String {
        var out = OutputBuffer(capacity: text.utf8.count)
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, UInt8(ascii: "-"), UInt8(ascii: "_"),
                UInt8(ascii: "."), UInt8(ascii: "~"):
                out.append(byte)
            default:
                out.append(UInt8(ascii: "%"))
                out.append(hex: UInt64(byte), width: 2)
            }
        }
        return out.text
    }

    private static func reason(_ response: HTTPResponse) -> String {
        let words = String(response.body.bytes.text.prefix(300).filter { !$0.isNewline })
        return "answered \(response.status)\(words.isEmpty ? "" : ": \(words)")"
    }
}

extension ElasticsearchSink {
    private final class Encoder: LogEncoder {
        private var writer: BulkWriter

        init(_ format: BulkWriter.Format) { self.writer = BulkWriter(format) }

        func encode(_ batch: borrowing LogBatch, segment: Int, into request: LogRequest) {
            self.writer.append(
                batch,
                segment: segment,
                to: &request.payload.bytes,
                items: &request.items,
            )
        }
    }
}

extension Payload {
    /// Reads the body as a bulk answer.
    fileprivate func readBulkResponse() throws(BulkResponse.Unreadable) -> BulkResponse {
        try unsafe self.bytes.withUnsafeBytes { bytes throws(BulkResponse.Unreadable) in
            try BulkResponse(unsafe Span(_unsafeElements: bytes))
        }
    }
}
