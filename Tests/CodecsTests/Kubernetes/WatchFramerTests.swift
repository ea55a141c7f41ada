import AgentTesting
import Bytes
import Codecs
import RandomTesting
import Testing

@Suite struct WatchFramerTests {
    private static let watch = Array(
        "{\"type\":\"ADDED\",\"object\":{}}\n\n \n{\"object\":{\"a\":1},\"type\":\"DELETED\"}\r\n{}\n"
            .utf8
    )

    @Test func `each line is an event, empty ones are none`() {
        let frames = Framing.watch(Self.watch)
        #expect(
            frames.frames == [
                #"{"type":"ADDED","object":{}}"#, "{\"object\":{\"a\":1},\"type\":\"DELETED\"}\r",
                "{}",
            ]
        )
        #expect(frames.isComplete)
    }

    @Test func `where the bytes are cut makes no difference`() {
        let whole = Framing.watch(Self.watch)
        for cut in 0...Self.watch.count {
            #expect(Framing.watch(Self.watch, cuts: [cut]) == whole)
        }
        #expect(Framing.watch(Self.watch, cuts: Array(1..<Self.watch.count)) == whole)
    }

    @Test func `an event that stops in the middle is known of`() {
        let frames = Framing.watch(Array("{}\n{\"type\"".utf8))
        #expect(frames.frames == ["{}"])
        #expect(!frames.isComplete)
    }

    @Test func `an event over the limit is counted and costs its neighbours nothing`() {
        let big = String(repeating: "x", count: 40)
        let bytes = Array("{}\n\(big)\n[]\n".utf8)
        for cuts in [[], [10], [3, 43], Array(1..<bytes.count)] {
            let frames = Framing.watch(bytes, cuts: cuts, limit: 39)
            #expect(frames.frames == ["{}", "[]"])
            #expect(frames.oversized == 1)
            #expect(frames.isComplete)
        }
        #expect(!Framing.watch(Array(big.utf8), limit: 39).isComplete)
    }

    @Test func `events say what happened, whatever the order of their keys`() throws {
        for (type, kind) in [
            ("ADDED", .added), ("MODIFIED", .modified), ("DELETED", .deleted),
            ("BOOKMARK", .bookmark), ("ERROR", .error), ("COMPACTED", .unknown("COMPACTED")),
        ] as [(String, WatchEvent.Kind)] {
            let object = #"{"type":"x","a":[1,{}]}"#
            for text in [
                #"{"type":"\#(type)","object":\#(object)}"#,
                #" {"x":null,"object": \#(object) ,"type":"\#(type)"} "#,
            ] {
                let line = Array(text.utf8)
                let event = try WatchEvent.read(line.span)
                #expect(event.kind == kind)
                #expect(line.span.extracting(event.object).text == object)
            }
        }
    }

    @Test(
        arguments: [
            ("", "expected `{` at byte 0, found the end"),
            ("{}", "expected the key \"type\" in an event, found none"),
            (
                #"{"type":"ADDED","object":null}"#,
                "expected the key \"object\" in an event, found none",
            ),
            (#"{"type":5,"object":{}}"#, "expected a string at byte 8, found `5,\"object\":{}}`"),
            (#"{"type":"ADDED","object":{}"#, "expected `,` at byte 27, found the end"),
            (#"{"type":"ADDED","object":{}} x"#, "expected the end at byte 29, found `x`"),
        ]
    )
    func `what is no event is refused with its place`(_ text: String, _ message: String) {
        let line = Array(text.utf8)
        #expect(throws: ObjectUnreadable(message)) { _ = try WatchEvent.read(line.span) }
    }

    @Test(.enabled(if: KubernetesFixtures.folder != nil, "\(KubernetesFixtures.reason)"))
    func `recorded watches replay to the same pods`() throws {
        var random = SplitMix(seed: 2)
        for path in ["watch-from-rv", "watch-initial-events", "watch-timeout", "watch-too-old"] {
            let bytes = try KubernetesFixtures.bytes("api/\(path).jsonl")
            let whole = Framing.watch(bytes)
            #expect(whole.isComplete)
            #expect(whole.frames.count == bytes.split(separator: UInt8(ascii: "\n")).count)
            for _ in 0..<10 {
                let cuts = Framing.cuts(30, of: bytes.count, &random)
                #expect(Framing.watch(bytes, cuts: cuts) == whole)
            }
            for frame in whole.frames {
                let line = Array(frame.utf8)
                let event = try WatchEvent.read(line.span)
                let object = line.span.extracting(event.object)
                switch event.kind {
                case .added, .modified, .deleted:
                    let pod = try PodObject(json: object)
                    #expect(!pod.metadata.uid.isEmpty)
                case .bookmark:
                    #expect(try !ObjectMetadata(ofObject: object).resourceVersion.isEmpty)
                case .error:
                    #expect(try StatusObject(json: object).code == 410)
                case .unknown(let type):
                    Issue.record("unknown type \(type)")
                }
            }
        }
    }
}
