import Bytes
package import Config
package import Pipeline
import Telemetry

/// Gives every record the same further fields.
package struct AddStep: LogStep {
    /// What users may say.
    package struct Options: ComponentOptions {
        /// Names with values.
        package var fields: [(name: String, value: String)]
        /// Whether a field goes that is there already.
        package var replaces: Bool

        package init(from node: inout ConfigNode) throws(ConfigError) {
            self.fields = node.stringMap("fields", "Names with values.")
                .map { (name: $0.name, value: $0.value) }
            self.replaces = node.bool(
                "replace",
                default: true,
                "Replaces a field of that name; else the one that is there stays.",
            )
        }
    }

    package static let name: ComponentName = "add"

    private let options: Options

    package init(_ options: Options, in context: ComponentContext) throws(ConfigError) {
        self.options = options
    }

    package func makeWorker(for sink: String) -> any LogStepWorker { Worker(self.options) }

    private final class Worker: LogStepWorker {
        private let names: [FieldName]
        private let replaces: Bool
        /// The names, then the values.
        private var texts: FieldKeys

        init(_ options: Options) {
            self.names = options.fields.map { FieldName($0.name) }
            self.replaces = options.replaces
            self.texts = FieldKeys(options.fields.map(\.name) + options.fields.map(\.value))
        }

        func apply(
            to record: inout LogRecord,
            of input: borrowing Span<UInt8>,
            in table: inout LogTable,
        ) -> LogVerdict {
            self.texts.write(into: &table)
            for (index, name) in self.names.enumerated() {
                let value = self.texts[self.names.count + index]
                let field = LogField(self.texts[index], value, .text)
                if let place = name.place(in: record, of: input, in: table) {
                    if self.replaces { table.replace(at: place, with: field) }
                } else if !table.append(field, to: &record) {
                    return .failed
                }
            }
            return .keep
        }
    }
}
