import Testing

@testable import Config

@Suite
struct SecretReaderTests {
    @Test(
        arguments: [
            ("{}", nil),
            ("password: ''", nil),
            ("password: pw", .literal("pw")),
            ("password: ${PW}", .literal("from-env")),
            ("password_file: /run/pw", .file("/run/pw")),
            ("password_file: pw", .file("/etc/m/pw")),
            ("{password: '', password_file: /run/pw}", .file("/run/pw")),
        ] as [(String, ConfigSecret?)]
    )
    func reads(text: String, expected: ConfigSecret?) throws {
        let reading = try Reading(text, file: "/etc/m/m.yaml", environment: ["PW": "from-env"]) {
            node in
            #expect(node.secret("password", "") == expected)
        }
        #expect(reading.problems.isEmpty)
    }

    @Test func `both forms at once are an error`() throws {
        let reading = try Reading("password: hunter2\npassword_file: /x\n") { node in
            node.secret("password", "")
        }
        #expect(
            reading.problems == [
                "m.yaml:2:16: error: password_file: expected password or password_file, found "
                    + "both; remove one of them"
            ]
        )
    }

    @Test func `a required secret is named`() throws {
        let reading = try Reading("{}") { node in node.requiredSecret("token", "") }
        #expect(
            reading.problems == [
                "m.yaml:1:1: error: token: expected a secret, found nothing; add the key token or "
                    + "token_file"
            ]
        )
    }

    @Test(
        arguments: [
            "password: [hunter2]", "password: {hunter2: hunter2}",
            "password: hunter2\npassword: hunter2",
            "pasword: hunter2", "password: hunter2 ${UNSET}", "password: hunter2\npassword_file: f",
            "password: hunter2\nurl: http://hunter2@h",
            "password: hunter2\nurl: u://hunter2:hunter2@h",
        ]
    )
    func `no message holds a secret`(text: String) throws {
        let reading = try Reading(text) { node in
            _ = node.secret("password", "")
            _ = node.int("url", "")
        }
        #expect(!reading.problems.isEmpty)
        for problem in reading.problems { #expect(!problem.contains("hunter2")) }
    }

    @Test func `a component that refuses a secret does not show it`() throws {
        let reading = try Reading("token: hunter2") { node in
            _ = node.secret("token", "")
            node.reject("token", expected: "a token of 32 characters")
        }
        #expect(
            reading.problems == [
                "m.yaml:1:8: error: token: expected a token of 32 characters, found a value that "
                    + "is not shown"
            ]
        )
    }

    @Test func `no way of printing shows a secret`() {
        let secret = ConfigSecret.literal("hunter2")
        var dumped = ""
        dump(secret, to: &dumped)
        dump(["x": secret], to: &dumped)
        for text in ["\(secret)", String(reflecting: secret), "\([secret])", dumped] {
            #expect(!text.contains("hunter2"))
        }
        #expect("\(ConfigSecret.file("/run/pw"))" == "file /run/pw")
    }
}
