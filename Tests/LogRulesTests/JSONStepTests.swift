import LogRules
import Telemetry
import Testing

/// A body that is one JSON object becomes fields; anything else is left as it is.
@Suite struct JSONStepTests {
    private func run(_ yaml: String, _ line: String) throws -> StepBench.Seen {
        let worker = try StepBench.worker(JSONStep.self, yaml)
        return try #require(StepBench.run([worker], on: [line]).first)
    }

    @Test func membersBecomeFieldsAsTheyAreWritten() throws {
        let line = #" {"a":"x\n\"y\"","b":-1.5e3,"c":null,"d":{"e":[1,{"f":"g"}]},"h":true} "#
        let seen = try self.run("{}", line)
        #expect(
            seen.fields == [
                #"a=x\n\"y\""#, "b=-1.5e3", "c=null", #"d={"e":[1,{"f":"g"}]}"#, "h=true",
            ]
        )
        #expect(seen.forms == [.jsonString, .json, .json, .json, .json])
        #expect(seen.body == line)
        #expect(seen.flags == [])
    }

    @Test func theLastOfEqualKeysCounts() throws {
        let seen = try self.run("{}", #"{"a":1,"b":2,"\u0061":"x"}"#)
        #expect(seen.fields == ["a=x", "b=2"])
    }

    @Test func keysWithEscapesAreUnescaped() throws {
        let seen = try self.run("{}", #"{"a\"b\u00e9\ud83d\ude00":1}"#)
        #expect(seen.fields == ["a\"bé😀=1"])
    }

    @Test func numbersThatDoublesCannotHoldAreStrings() throws {
        let seen = try self.run("{}", #"{"a":9007199254740992,"b":9007199254740993,"c":1e400}"#)
        #expect(seen.forms == [.json, .jsonString, .jsonString])
    }

    @Test(arguments: [
        "", "{", "[1]", "\"a\"", "{} {}", "{}x", "{\"a\":1,}", "{\"a\" 1}", "{'a':1}",
        "{\"a\":01}", "{\"a\":1.}", "{\"a\":.5}", "{\"a\":+1}", "{\"a\":NaN}", "{\"a\":tru}",
        "{\"a\":\"\u{1}\"}", "{\"a\":\"\\x\"}", "{\"a\":\"\\u12g4\"}", "{\"a\":\"\\ud800\"}",
        "{\"a\":[1,]}", "{\"a\":[1}", "{\"a\":{\"b\"}}", "{\"a\":\"b}", "{\"a\":1 \"b\":2}",
    ])
    func whatIsNoObjectIsKept(_ line: String) throws {
        let seen = try self.run("keep_body: false", line)
        #expect(seen.body == line)
        #expect(seen.fields == [])
        #expect(seen.flags == .unparsed)
    }

    @Test func depthAndKeysAreLimited() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "{\"a\":", count: depth) + "1" + String(repeating: "}", count: depth)
        }
        #expect(try self.run("{}", nested(32)).flags == [])
        #expect(try self.run("{}", nested(33)).flags == .unparsed)
        func wide(_ count: Int) -> String {
            "{" + (0..<count).map { "\"k\($0)\":\($0)" }.joined(separator: ",") + "}"
        }
        #expect(try self.run("{}", wide(1000)).fields.count == 1000)
        #expect(try self.run("{}", wide(1001)).flags == .unparsed)
    }

    @Test func theMessageReplacesTheBody() throws {
        let seen = try self.run("keep_body: false", #"{"message":"m","msg":"a\tb","n":1}"#)
        #expect(seen.body == "a\tb")
        #expect(seen.fields == ["message=m", "n=1"])
        let without = try self.run("keep_body: false", #"{"msg":1,"n":1}"#)
        #expect(without.fields == ["msg=1", "n=1"])
        #expect(without.flags == .bodyless)
    }

    @Test func namesCanHaveAPrefixOrBeChosen() throws {
        #expect(
            try self.run("prefix: app.", #"{"a":1,"\n":2}"#).fields == ["app.a=1", "app.\n=2"]
        )
        #expect(try self.run("only: [b]", #"{"a":1,"b":2}"#).fields == ["b=2"])
    }

    @Test func theObjectCanBeOneField() throws {
        let seen = try self.run("under: app", #" {"a":1, "b":"x"} "#)
        #expect(seen.fields == [#"app={"a":1, "b":"x"}"#])
        let twice = try self.run("{under: app, keep_body: false}", #"{"a":1,"msg":"m","a":"\n"}"#)
        #expect(twice.fields == [#"app={"a":"\n"}"#])
        #expect(twice.body == "m")
    }

    @Test func aFieldThatIsThereIsReplaced() throws {
        let workers = [
            try StepBench.worker(AddStep.self, "fields: {a: first, z: last}"),
            try StepBench.worker(JSONStep.self, "{}"),
            try StepBench.worker(JSONStep.self, "{}"),
        ]
        let seen = StepBench.run(workers, on: [#"{"a":1,"b":2}"#, "no"])
        #expect(seen[0].fields == ["a=1", "z=last", "b=2"])
        #expect(seen[1].fields == ["a=first", "z=last"])
    }
}
