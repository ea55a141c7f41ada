import Codecs
import Telemetry
import Testing

@Suite struct TargetGroupJSONTests {
    private static func read(
        _ text: String
    ) throws(TargetGroupJSON.Unreadable) -> [TargetGroup] {
        try Self.read(Array(text.utf8))
    }

    private static func read(
        _ bytes: [UInt8]
    ) throws(TargetGroupJSON.Unreadable) -> [TargetGroup] {
        try TargetGroupJSON.read(bytes.span)
    }

    @Test(
        arguments: [
            ("[]", []), ("null", []), (" [ ] \n", []),
            (
                #"[{"targets":["a:1","b:2"],"labels":{"zone":"x"}}]"#,
                [TargetGroup(labels: ["zone": "x"], addresses: ["a:1", "b:2"])],
            ),
            (
                "[\n {\"labels\": {}, \"targets\": []},\t{\"targets\":null,\"labels\":null}, {}]",
                [TargetGroup(), TargetGroup(), TargetGroup()],
            ),
            (
                #"[{"targets":["\u00e9\"\\\/\n\ud83d\ude00\ud800"]}]"#,
                [TargetGroup(addresses: ["é\"\\/\n😀\u{fffd}"])],
            ),
            (
                #"[{"targets":["é"],"labels":{"a":"","b":"1","b":"2"}}]"#,
                [TargetGroup(labels: ["b": "2"], addresses: ["é"])],
            ),
        ] as [(String, [TargetGroup])]
    )
    func reads(_ text: String, _ groups: [TargetGroup]) throws {
        #expect(try Self.read(text) == groups)
    }

    @Test(
        arguments: [
            ("", "`[` at byte 0, found the end"), ("{}", "`[`"), ("[", "`{`"), ("[{}", "`,`"),
            ("[{},]", "`{`"), ("[{}] x", "the end"), ("[{\"targets\":[1]}]", "a string"),
            ("[{\"targets\":[\"a\",]}]", "a string"), ("[{\"targets\":[\"a\" \"b\"]}]", "`,`"),
            ("[{\"target\":[]}]", "\"targets\" or \"labels\""),
            ("[{\"labels\":{\"a\":1}}]", "a string"),
            ("[{\"labels\":{\"\":\"x\"}}]", "a label name"),
            ("[{\"targets\":[\"a", "the end of a string"),
            ("[{\"targets\":[\"\\x\"]}]", "an escape"),
            ("[{\"targets\":[\"\\u12\"]}]", "hexadecimal"),
            ("[{\"targets\":[\"\n\"]}]", "control"),
            ("[{targets:[]}]", "a string"), ("[null]", "`{`"),
        ]
    )
    func refuses(_ text: String, _ word: String) {
        let error = #expect(throws: TargetGroupJSON.Unreadable.self) { try Self.read(text) }
        #expect(error?.description.contains(word) == true, "\(error?.description ?? "")")
    }

    @Test func bytesThatAreNotUTF8AreRefused() {
        let bytes = Array("[{\"targets\":[\"".utf8) + [0xff] + Array("\"]}]".utf8)
        #expect(throws: TargetGroupJSON.Unreadable.self) { try Self.read(bytes) }
    }

    @Test func sizesAreBounded() {
        let long = String(repeating: "x", count: TargetGroupJSON.stringLimit + 1)
        #expect(throws: TargetGroupJSON.Unreadable.self) {
            try Self.read("[{\"targets\":[\"\(long)\"]}]")
        }
        let many = Array(repeating: "{}", count: TargetGroupJSON.targetLimit + 1)
        #expect(throws: TargetGroupJSON.Unreadable.self) {
            try Self.read("[\(many.joined(separator: ","))]")
        }
        let labels = (0...TargetGroupJSON.labelLimit).map { "\"l\($0)\":\"v\"" }
        #expect(throws: TargetGroupJSON.Unreadable.self) {
            try Self.read("[{\"labels\":{\(labels.joined(separator: ","))}}]")
        }
    }

    @Test func everyCutOfAFileIsRefused() {
        let text = #"[{"targets":["a:1"],"labels":{"zone":"\u00e9x"}},{"targets":["b"]}]"#
        let bytes = Array(text.utf8)
        for count in 0..<bytes.count {
            #expect(throws: TargetGroupJSON.Unreadable.self, "cut at \(count)") {
                try Self.read(Array(bytes[..<count]))
            }
        }
    }
}
