import AgentTesting
import Codecs
import RandomTesting
import Testing

@Suite struct ListFramerTests {
    private static let list = Array(
        #"""
        {"kind":"PodList", "metadata":{"resourceVersion":"12","continue":"a\"b",
         "remainingItemCount":3,"selfLink":null}, "x":[{"items":[1]}],
         "items":[{"a":"}]\\\"{"} , {"b":[{"c":{}}]},{}] , "y": -1.5e3 }
        """#.utf8
    )

    @Test func `items and the list's own metadata are told apart`() throws {
        let frames = try Framing.list(Self.list)
        #expect(frames.frames == [#"{"a":"}]\\\"{"}"#, #"{"b":[{"c":{}}]}"#, "{}"])
        #expect(frames.isComplete)
        #expect(frames.resourceVersion == "12")
        #expect(frames.continueToken == "a\"b")
        #expect(frames.remaining == 3)
    }

    @Test func `where the bytes are cut makes no difference`() throws {
        let whole = try Framing.list(Self.list)
        for cut in 0...Self.list.count {
            #expect(try Framing.list(Self.list, cuts: [cut]) == whole)
        }
        #expect(try Framing.list(Self.list, cuts: Array(1..<Self.list.count)) == whole)
    }

    @Test func `a list that is cut off is not complete`() throws {
        for end in 0..<Self.list.count - 1 {
            #expect(try !Framing.list(Array(Self.list[..<end])).isComplete)
        }
    }

    @Test func `metadata may come last, and items may be null`() throws {
        let last = #"{"items":[{"a":1}],"metadata":{"resourceVersion":"7"}}"#
        #expect(try Framing.list(Array(last.utf8)).resourceVersion == "7")
        let none = try Framing.list(Array(#"{"items":null,"metadata":null}"#.utf8))
        #expect(none.isComplete)
        #expect(none.frames == [])
        #expect(none.resourceVersion == "")
    }

    @Test(arguments: [[], [30], Array(1..<80)])
    func `an item over the limit is counted, its neighbours are handed out`(cuts: [Int]) throws {
        let big = String(repeating: "x", count: 40)
        let text = #"{"items":[{"a":1},{"a":"\#(big)"},{"b":2}],"z":"\#(big)"}"#
        let frames = try Framing.list(Array(text.utf8), cuts: cuts, limit: 30)
        #expect(frames.frames == [#"{"a":1}"#, #"{"b":2}"#])
        #expect(frames.oversized == 1)
        #expect(frames.isComplete)
    }

    @Test func `metadata over the limit is an error`() {
        let token = String(repeating: "x", count: ListFramer.metadataLimit)
        let text = #"{"metadata":{"continue":"\#(token)"},"items":[]}"#
        #expect(throws: ObjectUnreadable.self) { _ = try Framing.list(Array(text.utf8)) }
    }

    @Test(
        arguments: [
            ("[]", "expected `{` of a list at byte 0, found `[]`"),
            ("<html>", "expected `{` of a list at byte 0, found `<html>`"),
            (#"{"items":{}}"#, "expected `[` of a list's items at byte 9, found `{}}`"),
            (#"{"items":[1]}"#, "expected `{` of an item at byte 10, found `1]}`"),
            (#"{"items":[{},]}"#, "expected `{` of an item at byte 13, found `]}`"),
            (#"{"items":[{}{}]}"#, "expected `,` or `]` at byte 12, found `{}]}`"),
            (#"{"a" 1}"#, "expected `:` at byte 5, found `1}`"),
            (#"{"a":}"#, "expected a value at byte 5, found `}`"),
            (#"{"a":1 "b":2}"#, "expected `,` or `}` at byte 7, found `\"b\":2}`"),
            (#"{"a":1,}"#, "expected a key of a list at byte 7, found `}`"),
            (#"{} {"#, "expected the end at byte 3, found `{`"),
            (
                #"{"metadata":{"resourceVersion":7}}"#,
                "expected a string at byte 19, found `7}`",
            ),
        ]
    )
    func `what is no list is refused with its place`(_ text: String, _ message: String) {
        let bytes = Array(text.utf8)
        #expect(throws: ObjectUnreadable(message)) { _ = try Framing.list(bytes) }
    }

    @Test(.enabled(if: KubernetesFixtures.folder != nil, "\(KubernetesFixtures.reason)"))
    func `recorded lists read the same however they are cut`() throws {
        var random = SplitMix(seed: 1)
        for (path, count) in [
            ("api/pods-list.json", 3), ("api/pods-list-page1.json", 1), ("kubelet/pods.json", 3),
            ("discovery/pods.json", 11), ("api/pods-metadata-only.json", 3),
        ] {
            let bytes = try KubernetesFixtures.bytes(path)
            let whole = try Framing.list(bytes)
            #expect(whole.isComplete)
            #expect(whole.frames.count == count, "\(path)")
            #expect(whole.continueToken.isEmpty != path.contains("page1"))
            #expect(whole.remaining == (path.contains("page1") ? 2 : nil))
            for _ in 0..<10 {
                let cuts = Framing.cuts(40, of: bytes.count, &random)
                #expect(try Framing.list(bytes, cuts: cuts) == whole, "\(path)")
            }
        }
    }
}
