import Bytes
package import Config
package import Pipeline
import Telemetry

/// Takes fields away.
package struct RemoveStep: LogStep {
    /// What users may say.
    package struct Options: ComponentOptions {
        /// The fields.
        var fields: [FieldNamePattern]
        /// Whether only these fields stay.
        package var keepsOthers: Bool

        package init(from node: inout ConfigNode) throws(ConfigError) {
            self.fields = []
            for text in node.strings("fields", "Names; `*` in each is any text.") {
                if let pattern = FieldNamePattern(text) {
                    self.fields.append(pattern)
                } else {
                    node.reject("fields", because: "`\(text)` has more than one *")
                }
            }
            let others = node.bool(
                "others",
                default: false,
                "Takes all other fields away instead of these.",
            )
            self.keepsOthers = !others
        }
    }

    package static let name: ComponentName = "remove"

    private let options: Options

    package init(_ options: Options, in context: ComponentContext) throws(ConfigError) {
        self.options = options
    }

    package func makeWorker(for sink: String) -> any LogStepWorker { Worker(self.options) }

    private final class Worker: LogStepWorker {
        private let fields: [FieldNamePattern]
        private let keepsOthers: Bool
        private var isMeant: [Bool] = []

        init(_ options: Options) {
            self.fields = options.fields
            self.keepsOthers = options.keepsOthers
        }

        func apply(
            to record: inout LogRecord,
            of input: borrowing Span<UInt8>,
            in table: inout LogTable,
        ) -> LogVerdict {
            self.isMeant.removeAll(keepingCapacity: true)
            for place in record.fields {
                let isMeant = table.withText(table.fields[place].key, of: input) { key in
                    self.fields.contains { $0.matches(key) }
                }
                self.isMeant.append(isMeant)
            }
            var index = 0
            table.removeFields(of: &record) { _ in
                defer { index += 1 }
                return self.isMeant[index] == self.keepsOthers
            }
            return .keep
        }
    }
}
