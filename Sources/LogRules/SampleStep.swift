import Bytes
package import Config
package import Pipeline
import Telemetry

/// Lets one of so many records through.
package struct SampleStep: LogStep {
    /// What users may say.
    package struct Options: ComponentOptions {
        /// Of how many records one is kept.
        package var oneIn: Int

        package init(from node: inout ConfigNode) throws(ConfigError) {
            self.oneIn = node.int(
                "one_in",
                default: 10,
                in: 1...1_000_000,
                "Of so many records the first is kept.",
            )
        }
    }

    package static let name: ComponentName = "sample"

    private let oneIn: Int

    package init(_ options: Options, in context: ComponentContext) throws(ConfigError) {
        self.oneIn = options.oneIn
    }

    package func makeWorker(for sink: String) -> any LogStepWorker { Worker(oneIn: self.oneIn) }

    private final class Worker: LogStepWorker {
        private let oneIn: Int
        private var seen = 0

        init(oneIn: Int) { self.oneIn = oneIn }

        func apply(
            to record: inout LogRecord,
            of input: borrowing Span<UInt8>,
            in table: inout LogTable,
        ) -> LogVerdict {
            defer { self.seen = self.seen + 1 == self.oneIn ? 0 : self.seen + 1 }
            return self.seen == 0 ? .keep : .drop
        }
    }
}
