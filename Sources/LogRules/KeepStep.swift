package import Config
package import Pipeline

/// Lets only those records through that are as the conditions say.
package struct KeepStep: LogStep {
    package typealias Options = FilterOptions

    package static let name: ComponentName = "keep"

    private let options: Options

    package init(_ options: Options, in context: ComponentContext) throws(ConfigError) {
        self.options = options
    }

    package func makeWorker(for sink: String) -> any LogStepWorker {
        FilterWorker(self.options.conditions, keepsMatches: true)
    }
}
