import Bytes
import Codecs
package import Config
package import Pipeline
import Telemetry

/// Replaces what should not be in logs, in the text and in the fields.
package struct MaskStep: LogStep {
    /// What users may say.
    package struct Options: ComponentOptions {
        /// What is looked for.
        var detectors: SecretScanner.Detectors
        /// What stands in its place.
        package var replacement: String
        /// Expressions of the user's own.
        var expressions: [MaskExpression]

        /// The most expressions of one step.
        static let expressionLimit = 50
        static let defaultReplacement = "[REDACTED]"

        package init(from node: inout ConfigNode) throws(ConfigError) {
            let names = node.strings(
                "detectors",
                default: MaskDetector.usual.map(\.rawValue),
                "What is looked for: \(MaskDetector.allNames).",
            )
            self.detectors = []
            for name in names {
                if let detector = MaskDetector(rawValue: name) {
                    self.detectors.formUnion(detector.kind)
                } else {
                    node.reject(
                        "detectors",
                        because: "`\(name)` is none of \(MaskDetector.allNames)",
                    )
                }
            }
            self.replacement = node.rawString(
                "replacement",
                default: Self.defaultReplacement,
                "What stands in the place of what is found.",
            )
            let replacement = self.replacement
            self.expressions = node.sections(
                "expressions",
                "Regular expressions of one's own.",
            ) { child throws(ConfigError) in
                MaskExpression(reading: &child, replacement: replacement)
            }
            if self.expressions.count > Self.expressionLimit {
                node.reject(
                    "expressions",
                    because: "more than \(Self.expressionLimit) expressions",
                )
            }
        }
    }

    package static let name: ComponentName = "mask"

    private let options: Options

    package init(_ options: Options, in context: ComponentContext) throws(ConfigError) {
        self.options = options
    }

    package func makeWorker(for sink: String) -> any LogStepWorker { Worker(self.options) }

    private final class Worker: LogStepWorker {
        private var masker: TextMasker
        private var json = JSONMasker()
        private let hidesNamed: Bool

        init(_ options: Options) {
            self.masker = TextMasker(
                SecretScanner(options.detectors),
                options.expressions,
                replacement: options.replacement,
            )
            self.hidesNamed = options.detectors.contains(.password)
        }

        func apply(
            to record: inout LogRecord,
            of input: borrowing Span<UInt8>,
            in table: inout LogTable,
        ) -> LogVerdict {
            if table.withText(record.body, of: input, { self.masker.mask($0) }) {
                record.body = table.derive { $0.append(self.masker.output) }
            }
            for place in record.fields { self.mask(place, input, &table) }
            return .keep
        }

        private func mask(
            _ place: Int,
            _ input: borrowing Span<UInt8>,
            _ table: inout LogTable,
        ) {
            var field = table.fields[place]
            if field.role == .traceID || field.role == .spanID || field.role == .traceFlags {
                return
            }
            let isNamed = self.isNamed(field, input, table)
            let isChanged = table.withText(field.value, of: input) { value in
                if isNamed { return self.masker.replaceAll(value) }
                switch field.form {
                case .text: return self.masker.mask(value)
                case .jsonString: return self.masker.mask(jsonString: value)
                case .json: return self.json.mask(value, by: &self.masker)
                }
            }
            guard isChanged else { return }
            let isJSON = field.form == .json && !isNamed
            field.value = table.derive { out in
                if isJSON {
                    out.append(self.json.output)
                } else {
                    out.append(self.masker.output)
                }
            }
            field.form = isJSON && !self.json.isString ? .json : .text
            table.replace(at: place, with: field)
        }

        /// Whether the field's name says that all of its value is secret.
        private func isNamed(
            _ field: LogField,
            _ input: borrowing Span<UInt8>,
            _ table: borrowing LogTable,
        ) -> Bool {
            guard self.hidesNamed, field.value.count > 0,
                table.withText(field.key, of: input, { SecretScanner.isSecretName($0) })
            else { return false }
            // `null` is no secret, and objects are looked into.
            return field.form != .json || table.isNumber(field.value, of: input)
        }
    }
}
