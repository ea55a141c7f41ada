package import Config
package import Pipeline

/// Leaves those records out that are as the conditions say.
package struct DropStep: LogStep {
    package typealias Options = FilterOptions

    package static let name: ComponentName = "drop"

    private let options: Options

    package init(_ options: Options, in context: ComponentContext) throws(ConfigError) {
        self.options = options
    }

    package func makeWorker(for sink: String) -> any LogStepWorker {
        FilterWorker(self.options.conditions, keepsMatches: false)
    }
}
