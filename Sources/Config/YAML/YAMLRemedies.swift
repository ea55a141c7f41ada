/// Turns libyaml's words into an error with a remedy.
enum YAMLRemedies {
    /// The error for `failure`.
    static func error(_ failure: YAMLSyntaxError, file: String) -> ConfigError {
        var message = failure.problem
        var mark = failure.mark
        if !failure.context.isEmpty { message += " \(failure.context)" }
        if let start = failure.contextMark, start != mark {
            if failure.problem == Self.unclosedQuote {
                // The end of the file says nothing; the quote that runs on does.
                mark = start
            } else {
                message += " that starts at line \(start.line), column \(start.column)"
            }
        }
        let location = ConfigLocation(file: file, line: mark.line, column: mark.column)
        return ConfigError(at: location, message, remedy: Self.remedy(for: failure))
    }

    private static func remedy(for failure: YAMLSyntaxError) -> String {
        for (start, remedy) in Self.remedies where failure.problem.hasPrefix(start) {
            return remedy
        }
        return "check the indentation and the quotes here and on the line before"
    }

    private static let unclosedQuote = "found unexpected end of stream"

    // By libyaml's `problem` texts (scanner.c, parser.c of 0.2.5).
    private static let remedies: [(start: String, remedy: String)] = [
        (
            "found character that cannot start any token",
            "indent with spaces, not tabs; quote a value that starts with @, ` or %",
        ),
        (
            "found a tab character that violates indentation",
            "indent with spaces, not tabs",
        ),
        (
            "mapping values are not allowed in this context",
            "quote a value that contains `: `, and check that the keys are indented alike",
        ),
        (
            "did not find expected key",
            "indent the keys of one mapping alike, and close quotes and brackets before this",
        ),
        (
            "could not find expected ':'",
            "put `: ` after the key, and check that the line is indented as it should be",
        ),
        (
            "did not find expected '-' indicator",
            "start every item of a list with `- `, indented alike",
        ),
        (
            "did not find expected ',' or",
            "put commas between the items and close the bracket",
        ),
        (
            unclosedQuote,
            "close the quote that is opened here",
        ),
        (
            "found unknown escape character",
            "write regular expressions in single quotes, or double the backslash",
        ),
        (
            "block sequence entries are not allowed in this context",
            "put the first `- ` on a line of its own, below its key",
        ),
        (
            "block mapping entries are not allowed in this context",
            "put the first key on a line of its own, below its parent",
        ),
        (
            "control characters are not allowed",
            "remove the character, or write it as an escape in double quotes",
        ),
        (
            "did not find expected <document start>",
            "indent the keys of one mapping alike, and close quotes and brackets before this",
        ),
    ]
}
