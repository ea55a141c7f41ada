import Bytes
package import Config
package import Pipeline
import Telemetry

/// A sink for tests: a request is one line for each record, behind its workload where that is known.
package struct LineSink: LogSink {
    /// Nothing to say.
    package typealias Options = NoOptions

    package static let name: ComponentName = "line"

    package let destination: LogDestination
    package var delivery = LogDeliveryOptions()

    package init(_ options: NoOptions, in context: ComponentContext) throws(ConfigError) {
        self.init()
    }

    /// Batches and retries at once.
    package init(maxRequestBytes: Int = 64 << 10) {
        self.destination = .http([HTTPRequest(.post, "http://receiver/")])
        self.delivery.maxRequestBytes = maxRequestBytes
        self.delivery.flushInterval = .milliseconds(2)
        self.delivery.minBackoff = .milliseconds(2)
        self.delivery.maxBackoff = .milliseconds(20)
    }

    package func makeEncoder() -> any LogEncoder { Encoder() }

    /// 207 lists items: `3r` is to be sent again, `5x` is refused.
    package func interpret(_ response: HTTPResponse, items: Int) -> Outcome {
        let text = response.body.bytes.text
        switch response.status {
        case 200: return .accepted
        case 207:
            let words = text.split(separator: " ")
            let retry = words.filter { $0.hasSuffix("r") }.compactMap { Int($0.dropLast()) }
            let refused = words.filter { $0.hasSuffix("x") }.compactMap { Int($0.dropLast()) }
            return .partial(
                retry: retry,
                rejected: refused.map { .init(index: $0, reason: "refused") },
            )
        case 400: return .rejected(reason: "answered 400")
        case 413: return .split(reason: "answered 413")
        default: return .retry(after: nil, reason: "answered \(response.status)")
        }
    }

    private final class Encoder: LogEncoder {
        func encode(_ batch: borrowing LogBatch, segment: Int, into request: LogRequest) {
            for record in batch.table.records {
                let body = batch.withBody(of: record) { $0.array }
                if let metadata = batch.origin.metadata {
                    request.payload.bytes.append("\(metadata.workloadName): ")
                }
                request.payload.bytes.append(String(decoding: body, as: UTF8.self))
                request.payload.bytes.append(UInt8(ascii: "\n"))
                request.items.append(
                    LogItem(
                        end: request.payload.bytes.count,
                        records: 1,
                        sourceBytes: record.sourceBytes,
                        segment: segment,
                    )
                )
            }
        }
    }
}
