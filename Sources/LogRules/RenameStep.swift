import Bytes
package import Config
package import Pipeline
import Telemetry

/// Gives fields other names.
package struct RenameStep: LogStep {
    /// What users may say.
    package struct Options: ComponentOptions {
        /// Old names and new ones, in order.
        package var fields: [(old: String, new: String)]

        package init(from node: inout ConfigNode) throws(ConfigError) {
            let fields = node.stringMap("fields", "Old names with new ones, in order.")
            self.fields = fields.map { (old: $0.name, new: $0.value) }
            if fields.contains(where: { $0.value.isEmpty }) {
                node.reject("fields", because: "a field can't have an empty name")
            }
        }
    }

    package static let name: ComponentName = "rename"

    private let options: Options

    package init(_ options: Options, in context: ComponentContext) throws(ConfigError) {
        self.options = options
    }

    package func makeWorker(for sink: String) -> any LogStepWorker { Worker(self.options) }

    private final class Worker: LogStepWorker {
        private let old: [FieldName]
        private var new: FieldKeys

        init(_ options: Options) {
            self.old = options.fields.map { FieldName($0.old) }
            self.new = FieldKeys(options.fields.map(\.new))
        }

        func apply(
            to record: inout LogRecord,
            of input: borrowing Span<UInt8>,
            in table: inout LogTable,
        ) -> LogVerdict {
            for (index, name) in self.old.enumerated() {
                guard let place = name.place(in: record, of: input, in: table) else { continue }
                self.new.write(into: &table)
                var field = table.fields[place]
                field.key = self.new[index]
                table.rename(place, to: field, of: &record, input)
            }
            return .keep
        }
    }
}
