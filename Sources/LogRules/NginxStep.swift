package import Config
package import Pipeline

/// Takes lines of nginx's access log in the common or combined format apart.
package struct NginxStep: LogStep {
    package typealias Options = AccessLogOptions

    package static let name: ComponentName = "nginx"

    private let options: Options

    package init(_ options: Options, in context: ComponentContext) throws(ConfigError) {
        self.options = options
    }

    package func makeWorker(for sink: String) -> any LogStepWorker {
        AccessLogWorker(
            first: "remote",
            second: "host",
            takesTime: self.options.takesTime,
            keepBody: self.options.keepBody,
        )
    }
}
