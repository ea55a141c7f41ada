import Bytes
import Codecs
import Testing

@Suite struct OAuth2AnswerTests {
    private static func read(_ text: String) throws(OAuth2Answer.Refused) -> OAuth2Answer {
        try OAuth2Answer(Array(text.utf8).span)
    }

    @Test(
        arguments: [
            (
                #"{"access_token":"abc","token_type":"bearer","expires_in":3600}"#, "Bearer abc",
                3600,
            ),
            (#" { "expires_in" : "60" , "x":[{}], "access_token":"a\/b" } "#, "Bearer a/b", 60),
            (#"{"access_token":"a","token_type":"MAC"}"#, "MAC a", nil),
            (#"{"access_token":"a","token_type":"DPoP","expires_in":0}"#, "DPoP a", nil),
            (#"{"access_token":"\u0061\u003d","expires_in":12.9}"#, "Bearer a=", 12),
            (#"{"access_token":"a","expires_in":null,"error":""}"#, "Bearer a", nil),
            (#"{"access_token":"a","expires_in":99999999999999999999}"#, "Bearer a", 1 << 40),
        ]
    )
    func reads(_ text: String, _ field: String, _ life: Int?) throws {
        let answer = try Self.read(text)
        #expect(answer.field == field)
        #expect(answer.expiresIn == life)
    }

    @Test func showsNoToken() throws {
        let answer = try Self.read(#"{"access_token":"hunter2","expires_in":60}"#)
        #expect("\(answer) \(String(reflecting: answer))".contains("Bearer token for 60 s"))
        #expect(!"\(answer) \(String(reflecting: answer))".contains("hunter2"))
    }

    @Test(
        arguments: [
            (#"{"error":"invalid_client","error_description":"hunter2"}"#, "invalid_client"),
            (#"{"error":"it is hunter2 <b>"}"#, "can't be shown"),
            (#"{"token":"hunter2"}"#, "no access_token"),
            (#"{"access_token":7}"#, "no access_token"),
            (#"{"access_token":"hunter2\r\nX: y"}"#, "header field"),
            (#"{"access_token":"hunter2 x"}"#, "header field"),
            (#"{"access_token":"hunter2","token_type":"a b"}"#, "token_type"),
            (#"{"access_token":"hunter2""#, "no JSON object"),
            ("hunter2", "no JSON object"), ("", "no JSON object"), ("[1]", "no JSON object"),
            (#"{"access_token":"\q"}"#, "no JSON"),
            (#"{"access_token":"\u12"}"#, "no JSON"),
        ]
    )
    func refuses(_ text: String, _ word: String) {
        do {
            let answer = try Self.read(text)
            Issue.record("read \(answer.field)")
        } catch {
            #expect(error.reason.contains(word), "\(error.reason)")
            #expect(!error.reason.contains("hunter2"))
        }
    }
}
