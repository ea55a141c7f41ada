import Testing

@testable import Config

@Suite
struct SubstitutionTests {
    private static let environment = [
        "NODE_NAME": "n1", "EMPTY": "", "_x9": "y", "D": "$", "lower": "l",
    ]

    @Test(
        arguments: [
            ("plain", "plain"),
            ("${NODE_NAME}", "n1"),
            ("a-${NODE_NAME}-${_x9}-b", "a-n1-y-b"),
            ("${lower}", "l"),
            ("${NODE_NAME:-x}", "n1"),
            ("${UNSET:-x}", "x"),
            ("${UNSET:-}", ""),
            ("${UNSET:-http://h:1/}", "http://h:1/"),
            // A default ends at the first brace, as the documentation says.
            ("${UNSET:-${NODE_NAME}}", "${NODE_NAME}"),
            ("${EMPTY}", ""),
            ("${EMPTY:-x}", "x"),
            ("${1}", "${1}"),
            ("$1", "$1"),
            ("$NODE_NAME", "$NODE_NAME"),
            ("${", "${"),
            ("${}", "${}"),
            ("${NODE_NAME", "${NODE_NAME"),
            ("${NODE NAME}", "${NODE NAME}"),
            ("${NODE_NAME:+x}", "${NODE_NAME:+x}"),
            ("$", "$"),
            ("$$", "$$"),
            ("$$1", "$$1"),
            ("$${NODE_NAME}", "${NODE_NAME}"),
            ("$$${NODE_NAME}", "$$n1"),
            ("${D}{NODE_NAME}", "${NODE_NAME}"),
            ("grüße ${NODE_NAME} ✓", "grüße n1 ✓"),
        ]
    )
    func `variables are put in`(text: String, expected: String) {
        let result = Substitution.variables.apply(to: text, environment: Self.environment)
        #expect(result.text == expected)
        #expect(result.unset.isEmpty)
    }

    @Test(
        arguments: [
            ("$NODE_NAME", "n1"),
            ("${NODE_NAME}x", "n1x"),
            ("$NODE_NAMEx", ""),
            ("$$NODE_NAME", "$NODE_NAME"),
            ("$${NODE_NAME}", "${NODE_NAME}"),
            ("100$", "100$"),
            ("${UNSET:-d}", "d"),
            ("$1", "$1"),
        ]
    )
    func `external labels follow Prometheus`(text: String, expected: String) {
        let result = Substitution.prometheus.apply(to: text, environment: Self.environment)
        #expect(result.text == expected)
    }

    @Test func `raw text is left alone`() {
        let result = Substitution.none.apply(to: "${NODE_NAME}$$", environment: Self.environment)
        #expect(result.text == "${NODE_NAME}$$")
        #expect(!result.isFromEnvironment)
    }

    @Test func `variables that are not set are named`() {
        let result = Substitution.variables.apply(to: "${A}${B:-x}${C}", environment: [:])
        #expect(result.unset == ["A", "C"])
    }

    @Test func `a value can't grow without bound`() {
        let text = String(repeating: "${A}", count: 1000)
        let environment = ["A": String(repeating: "x", count: 100_000)]
        let result = Substitution.variables.apply(to: text, environment: environment)
        #expect(result.isTooLong)
        #expect(result.text.utf8.count <= ConfigLimits.substitutedBytes + 100_000)
    }

    @Test func `a variable that is not set is an error with a remedy`() throws {
        let reading = try Reading("a: ${TOKEN}\nb: ${PORT:-80}\n") { node in
            (node.string("a", ""), node.int("b", ""))
        }
        #expect(
            reading.problems == [
                "m.yaml:1:4: error: a: expected the environment variable TOKEN, found that it is "
                    + "not set; set it, give a default as in ${TOKEN:-value}, or write $${TOKEN} "
                    + "for the characters themselves"
            ]
        )
    }

    @Test func `a wrong value from the environment is not shown`() throws {
        let reading = try Reading("a: '${PORT}'\n", environment: ["PORT": "s3cret"]) { node in
            node.int("a", "")
        }
        #expect(
            reading.problems == [
                "m.yaml:1:4: error: a: expected a whole number, found \"${PORT}\" with its "
                    + "variables put in"
            ]
        )
    }

    @Test func `a label whose variable is not set is a warning`() throws {
        let reading = try Reading(
            "labels: {a: x$ZONE, b: $$, c: '${NODE}'}",
            environment: ["NODE": "n"],
        ) {
            node in node.stringMap("labels", substitution: .prometheus, "")
        }
        #expect(reading.value?.map(\.value) == ["x", "$", "n"])
        #expect(reading.problems.count == 1)
        #expect(reading.problems.first?.contains("warning: labels.a: the environment var") == true)
    }

    @Test func `a reader can ask for the raw text`() throws {
        let reading = try Reading("replacement: '${name}:${1}$$'") { node in
            node.rawString("replacement", default: "$1", "")
        }
        #expect(reading.value == "${name}:${1}$$")
        #expect(reading.problems.isEmpty)
    }
}
