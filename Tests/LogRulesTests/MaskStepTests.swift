import LogRules
import Telemetry
import Testing

/// Secrets are replaced in the text and in fields, and nothing else is.
///
/// No real secrets: shapes only, put together here so that no scanner of repositories takes them for such.
@Suite struct MaskStepTests {
    private func run(_ yaml: String, _ line: String) throws -> StepBench.Seen {
        let worker = try StepBench.worker(MaskStep.self, yaml)
        let seen = try #require(StepBench.run([worker], on: [line]).first)
        // What was masked is not masked again.
        let twice = try #require(StepBench.run([worker, worker], on: [line]).first)
        #expect(seen == twice)
        return seen
    }

    private static let aws = "AK" + "IAIOSFODNN7EXAMPLE"
    private static let b = "b"
    private static let key = "PRIVATE KEY-----"
    private static let letters = "abcdefghijklmnopqrstuvwxyz0123456789"
    private static let jwt =
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N"

    private static let tokenCases: [(String, String?)] = [
        ("GET / Bearer abcdef-123.x~y/z+= 200", "GET / Bearer * 200"),
        ("\(Self.aws).", "*."), ("xASIAIOSFODNN7EXAMPLE", nil), ("\(Self.aws)1", nil),
        ("ghp_\(Self.letters)!", "*!"), ("ghp_short", nil),
        ("github_pat_\(Self.letters)", "*"), ("xox\(Self.b)-123456-abcdef rest", "* rest"),
        ("AIza\(Self.letters.prefix(35))", "*"), ("AIza-short", nil),
        ("token \(Self.jwt),", "token *,"), ("eyJhbGciOiJ.x", nil),
        ("a -----BEGIN RSA \(Self.key)\nMIIE\n-----END RSA \(Self.key) b", "a * b"),
        ("-----BEGIN \(Self.key)\\nMIIE", "*"),
        ("-----BEGIN CERTIFICATE-----\nMIIE\n-----END CERTIFICATE-----", nil),
    ]

    @Test(arguments: Self.tokenCases)
    func tokens(_ line: String, _ expected: String?) throws {
        let seen = try self.run("replacement: '*'", line)
        #expect(seen.body == expected ?? line)
    }

    private static let assignmentCases: [(String, String?)] = [
        ("password=hunter2 x", "password=* x"), ("DB_PASSWORD: hunter2", "DB_PASSWORD: *"),
        (#"{"password":"hun\"ter2","a":1}"#, #"{"password":"*","a":1}"#),
        (#"{"password": 1234}"#, #"{"password": "*"}"#), (#"{"password":null}"#, nil),
        (#"msg="{\"password\":\"x y\"}""#, #"msg="{\"password\":\"*\"}""#),
        ("api-key: abcdef0123", "api-key: *"), ("the token: expected one", nil),
        ("access_token=abcdef0123&x=1", "access_token=*&x=1"), ("passwd='a b' c", "passwd='*' c"),
        ("Authorization: Basic dXNlcjpwYXNz", "Authorization: Basic *"),
        ("postgres://user:pa55@db:5432/x", "postgres://user:*@db:5432/x"),
        ("password:", nil), ("password=", nil), ("password reset by user=x", nil),
    ]

    @Test(arguments: Self.assignmentCases)
    func assignments(_ line: String, _ expected: String?) throws {
        let seen = try self.run("replacement: '*'", line)
        #expect(seen.body == expected ?? line)
    }

    private static let numberCases: [(String, String?)] = [
        ("card 4111 1111 1111 1111.", "card *."), ("4111-1111-1111-1111", "*"),
        ("card=4111111111111111", "card=*"), ("378282246310005 x", "* x"),
        ("4111111111111112", nil), ("id 94111111111111111", nil), ("4111111111111111.5", nil),
        ("2026-11-24 01:02:03", nil), ("1795482123123456789", nil), ("0x4111111111111111", nil),
        ("mail john.doe+x@mail.example.com.", "mail *."), ("<a@b.io>", "<*>"), ("a@b", nil),
        ("@x.com", nil), (#"line\njohn@x.com"#, #"line\n*"#), ("ssh git@host", nil),
        ("from 10.0.0.1:80", nil),
    ]

    @Test(arguments: Self.numberCases)
    func numbersAndAddresses(_ line: String, _ expected: String?) throws {
        let seen = try self.run("replacement: '*'", line)
        #expect(seen.body == expected ?? line)
    }

    private static let addressCases: [(String, String?)] = [
        ("from 10.0.0.1:80", "from *:80"), ("10.0.0.1", "*"), ("1.2.3.4.5", nil),
        ("256.1.1.1", nil),
        ("v1.2.3.4", nil), ("1.2.3", nil), ("10.0.0.1.", "*."),
    ]

    @Test(arguments: Self.addressCases)
    func internetAddresses(_ line: String, _ expected: String?) throws {
        let seen = try self.run("{replacement: '*', detectors: [ipv4]}", line)
        #expect(seen.body == expected ?? line)
    }

    @Test func whatIsNotAskedForStays() throws {
        let line = "password=x a@b.io 4111111111111111"
        #expect(
            try self.run("detectors: [email]", line).body
                == "password=x [REDACTED] 4111111111111111"
        )
        #expect(try self.run("detectors: []", line).body == line)
    }

    @Test func fieldsAreMaskedInTheirForms() throws {
        let line =
            #"{"a":"x\ty@z.io","password":"\u0061","n":4111111111111111,"#
            + #""o":{"k":["\n a@b.io\"",{"password":5,"card":4111111111111111,"x":1}]},"ok":"a\tb"}"#
        let workers = [
            try StepBench.worker(JSONStep.self, "{}"),
            try StepBench.worker(MaskStep.self, "replacement: '\"*'"),
        ]
        let seen = try #require(StepBench.run(workers, on: [line]).first)
        #expect(
            seen.fields == [
                "a=x\t\"*", "password=\"*", "n=\"*",
                #"o={"k":["\n \"*\"",{"password":"\"*","card":"\"*","x":1}]}"#, #"ok=a\tb"#,
            ]
        )
        #expect(seen.forms == [.text, .text, .text, .json, .jsonString])
    }

    @Test func expressionsOfOnesOwn() throws {
        let yaml = #"""
            detectors: [email]
            expressions:
              - {pattern: 'user=(\w)\w+', replacement: 'user=$1…'}
              - {pattern: '\bzz+'}
            """#
        let seen = try self.run(yaml, "user=john a@b.io zzz xzz user=mary")
        #expect(seen.body == "user=j… [REDACTED] [REDACTED] xzz user=m…")
        #expect(try self.run(yaml, "nothing").body == "nothing")
    }

    @Test(arguments: [
        "detectors: [ssn]", "expressions: [{pattern: '('}]", "expressions: [{pattern: 'a*'}]",
        "expressions: [{}]",
    ])
    func whatCannotBeLookedForIsAnError(_ yaml: String) {
        #expect(throws: (any Error).self) { try StepBench.worker(MaskStep.self, yaml) }
    }
}
