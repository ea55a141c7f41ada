import Bytes
package import Codecs
package import Config
package import Pipeline
import Telemetry

/// Writes records to the agent's standard output, one JSON object a line.
package struct ConsoleSink: LogSink {
    /// What users may say of a `console` sink.
    package struct Options: ComponentOptions {
        /// The names of the fields.
        package var layout: LogJSON.Layout
        /// How records are batched.
        package var delivery: LogDeliveryOptions

        package init(from node: inout ConfigNode) throws(ConfigError) {
            self.layout = node.choice(
                "fields",
                default: .kubernetes,
                LogJSON.Layout.summary,
            )
            self.delivery = LogDeliveryOptions(reading: &node, maxRequestBytes: 256 << 10)
        }
    }

    package static let name: ComponentName = "console"

    package let destination = LogDestination.standardOutput
    package let delivery: LogDeliveryOptions
    private let layout: LogJSON.Layout
    private let host: String

    package init(_ options: Options, in context: ComponentContext) throws(ConfigError) {
        self.delivery = options.delivery
        self.layout = options.layout
        self.host = context.nodeName
    }

    package func makeEncoder() -> any LogEncoder {
        // Elsewhere nothing conflicts, so keys stay as they are where the schema doesn't say otherwise.
        let dedots = self.layout == .ecs
        return Encoder(
            LogJSONLines(.init(layout: self.layout, host: self.host, dedots: dedots))
        )
    }

    package func interpret(_ response: HTTPResponse, items: Int) -> Outcome { .accepted }
}

extension ConsoleSink {
    private final class Encoder: LogEncoder {
        private var lines: LogJSONLines

        init(_ lines: consuming LogJSONLines) { self.lines = lines }

        func encode(_ batch: borrowing LogBatch, segment: Int, into request: LogRequest) {
            self.lines.append(
                batch,
                segment: segment,
                to: &request.payload.bytes,
                items: &request.items,
            )
        }
    }
}
