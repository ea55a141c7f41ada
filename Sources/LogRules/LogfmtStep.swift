import Bytes
import Codecs
package import Config
package import Pipeline
import Telemetry

/// Takes the `key=value` pairs of a body into fields.
package struct LogfmtStep: LogStep {
    /// What users may say.
    package struct Options: ComponentOptions {
        /// Whether the body stays as it is.
        package var keepBody = true

        /// The defaults.
        package init() {}

        package init(from node: inout ConfigNode) throws(ConfigError) {
            self.keepBody = node.keepsBody(
                orElse: "the body is the value of msg, message, log, … alone"
            )
        }
    }

    package static let name: ComponentName = "logfmt"

    private let keepBody: Bool

    package init(_ options: Options, in context: ComponentContext) throws(ConfigError) {
        self.keepBody = options.keepBody
    }

    package func makeWorker(for sink: String) -> any LogStepWorker {
        Worker(keepBody: self.keepBody)
    }

    private final class Worker: LogStepWorker {
        private var logfmt = LogfmtPairs()
        private let keepBody: Bool

        init(keepBody: Bool) { self.keepBody = keepBody }

        func apply(
            to record: inout LogRecord,
            of input: borrowing Span<UInt8>,
            in table: inout LogTable,
        ) -> LogVerdict {
            let body = record.body
            let isFound = table.withText(body, of: input) { self.logfmt.read($0) }
            guard isFound,
                Int(record.fieldCount) + self.logfmt.pairs.count <= LogTable.fieldLimit
            else { return .failed }
            let message = self.keepBody ? nil : self.messagePlace(body, input, table)
            let known = Int(record.fieldCount)
            for (place, pair) in self.logfmt.pairs.enumerated() where place != message {
                _ = table.set(
                    LogField(
                        body.part(pair.key),
                        body.part(pair.value),
                        pair.hasEscapes ? .jsonString : .text,
                    ),
                    of: &record,
                    input,
                    first: known,
                )
            }
            if let message {
                let pair = self.logfmt.pairs[message]
                let text = body.part(pair.value)
                record.body = pair.hasEscapes ? table.unescaped(text, of: input) : text
                record.flags.remove(.bodyless)
            } else if !self.keepBody {
                record.flags.insert(.bodyless)
            }
            return .keep
        }

        /// The pair that says what happened.
        private func messagePlace(
            _ body: LogText,
            _ input: borrowing Span<UInt8>,
            _ table: borrowing LogTable,
        ) -> Int? {
            table.withText(body, of: input) { text in
                var best: (rank: Int, place: Int)?
                for (place, pair) in self.logfmt.pairs.enumerated() {
                    guard let rank = MessageNames.rank(text.extracting(pair.key)) else { continue }
                    if rank < best?.rank ?? .max { best = (rank, place) }
                }
                return best?.place
            }
        }
    }
}
