import Config
import Pipeline
import Testing

@Suite struct SigV4OptionsTests {
    private static func read(
        _ yaml: String,
        _ environment: [String: String] = [:],
    ) throws -> (value: SigV4Options?, report: ConfigReport) {
        let document = try ConfigDocument.parse(yaml, environment: environment)
        return ConfigLoader.read(from: document) { node throws(ConfigError) in
            SigV4Options(readingFrom: &node)
        }
    }

    @Test func keysComeFromTheFirstPlaceThatHasThem() throws {
        let environment = [
            "AWS_ACCESS_KEY_ID": "ea", "AWS_SECRET_ACCESS_KEY": "es", "AWS_SESSION_TOKEN": "et",
            "AWS_REGION": "er", "HOME": "/home/me",
        ]
        let file = "/home/me/.aws/credentials"
        for (yaml, variables, region, keys) in [
            (
                "{region: r, access_key: a, secret_key: s}", environment, "r",
                .fixed(accessKey: "a", secretKey: .literal("s"), sessionToken: nil),
            ),
            ("{profile: p}", environment, "er", .profile("p", file: file)),
            (
                "{}", environment.merging(["AWS_PROFILE": "q"]) { $1 }, "er",
                .profile("q", file: file),
            ),
            (
                "{}", environment, "er",
                .fixed(accessKey: "ea", secretKey: .literal("es"), sessionToken: .literal("et")),
            ),
            (
                "{region: r}", ["AWS_SHARED_CREDENTIALS_FILE": "/c"], "r",
                .profile("default", file: "/c"),
            ),
        ] as [(String, [String: String], String, SigV4Options.Keys)] {
            let (options, report) = try Self.read(yaml, variables)
            #expect(report.isEmpty, "\(report)")
            #expect(options == SigV4Options(region: region, keys: keys), "\(yaml)")
        }
    }

    @Test(
        arguments: [
            ("{access_key: a, region: r}", "together"),
            ("{secret_key: hunter2, region: r}", "together"),
            ("{}", "region"), ("{region: r, role_arn: x}", "role_arn"),
            ("{region: 'a:b'}", "letters"), ("{region: r, access_keys: a}", "access_key"),
        ]
    )
    func refuses(_ yaml: String, _ word: String) throws {
        let (options, report) = try Self.read(yaml)
        #expect(options == nil)
        #expect(report.errors.contains { $0.description.contains(word) }, "\(report)")
        #expect(!"\(report)".contains("hunter2"))
    }

    @Test func readsAProfile() throws {
        let text = """
            # a comment
            [default]
            aws_access_key_id = AKID
            aws_secret_access_key=hunter2

            [ profile  with session ]
            ; another
            AWS_ACCESS_KEY_ID = A2
            aws_secret_access_key = s=2
            aws_session_token =  t2
            region = eu
            [empty]
            """
        let plain = try AWSProfile("default", in: text)
        #expect(plain.accessKey == "AKID" && plain.secretKey == .literal("hunter2"))
        #expect(plain.sessionToken == nil)
        let session = try AWSProfile("profile  with session", in: text)
        #expect(session.accessKey == "A2" && session.secretKey == .literal("s=2"))
        #expect(session.sessionToken == .literal("t2"))
        #expect(throws: AWSProfile.Missing.keys) { try AWSProfile("empty", in: text) }
        #expect(throws: AWSProfile.Missing.profile) { try AWSProfile("none", in: text) }
        #expect(throws: AWSProfile.Missing.profile) { try AWSProfile("x", in: "") }
        #expect(!"\(plain)".contains("hunter2"))
    }
}
