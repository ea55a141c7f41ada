@testable import Config

/// What a closure reads from a text, and every problem as a person sees it.
struct Reading<Value> {
    let value: Value?
    let problems: [String]

    init(
        _ text: String,
        file: String = "m.yaml",
        environment: [String: String] = [:],
        _ read: ConfigReader<Value>,
    ) throws {
        let document = try ConfigDocument.parse(text, file: file, environment: environment)
        let (value, report) = ConfigLoader.read(from: document, read)
        self.value = value
        self.problems = report.problems.map(\.description)
    }
}
