package import Config
package import Pipeline

/// Takes lines of Apache's access log in the common or combined format apart.
package struct ApacheStep: LogStep {
    package typealias Options = AccessLogOptions

    package static let name: ComponentName = "apache"

    private let options: Options

    package init(_ options: Options, in context: ComponentContext) throws(ConfigError) {
        self.options = options
    }

    package func makeWorker(for sink: String) -> any LogStepWorker {
        AccessLogWorker(
            first: "host",
            second: "ident",
            takesTime: self.options.takesTime,
            keepBody: self.options.keepBody,
        )
    }
}
