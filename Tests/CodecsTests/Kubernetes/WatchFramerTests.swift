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

    @Test(arguments: [39, WatchFramer.headLimit, 10_000])
    func `an event over the limit costs its neighbours nothing`(_ limit: Int) {
        let big = String((0...limit).map { Character(UnicodeScalar(0x61 + UInt8($0 % 26))) })
        let bytes = Array("{}\n\(big)\n[]\n\(big)x\n".utf8)
        let head = String(big.prefix(min(limit, WatchFramer.headLimit)))
        for cuts in [[], [10], [3, limit + 4], Array(1..<bytes.count)] {
            let frames = Framing.watch(bytes, cuts: cuts, limit: limit)
            #expect(frames.frames == ["{}", "[]"])
            #expect(frames.heads == [head, head])
            #expect(frames.isComplete)
        }
        #expect(!Framing.watch(Array(big.utf8), limit: limit).isComplete)
    }

    @Test func `the beginning of an event says whose it is as soon as that is there`() {
        let event = Array(
            #"{"type":"DELETED","object":{"kind":"Pod","metadata":{"name":"a","namespace":"b","#
                .utf8
        )
        let head = WatchEventHead(event.span)
        #expect(head.kind == .deleted)
        #expect(head.name == "a")
        #expect(head.namespace == "b")
        #expect(head.resourceVersion.isEmpty)
        for length in event.indices {
            let head = WatchEventHead(event.span.extracting(first: length))
            #expect(head.kind == (length < 17 ? nil : .deleted))
            #expect(head.name == (length < 63 ? "" : "a"))
            #expect(head.namespace == (length < event.count - 1 ? "" : "b"))
        }
    }

    @Test(
        arguments: [
            #"{"object":{"note":{"metadata":{"name":"a"}},"metadata":{"labels":{"name":"a"}"#,
            #"{"metadata":{"name":"a"},"object":{"name":"a","metadata":[{"name":"a"}]"#,
            #"[{"object":{"metadata":{"name":"a"}}}]"#,
            "",
        ]
    )
    func `a name that stands elsewhere is no object's`(_ text: String) {
        let head = WatchEventHead(Array(text.utf8).span)
        #expect(head.kind == nil)
        #expect(head.name.isEmpty)
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
