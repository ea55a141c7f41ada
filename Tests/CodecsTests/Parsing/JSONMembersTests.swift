import Bytes
import Codecs
import Foundation
import RandomTesting
import Testing

/// Objects of JSON, taken apart without a copy.
struct JSONMembersTests {
    /// Keys and values as they are written; nil where the text is no object.
    private static func read(_ bytes: [UInt8]) -> [String: String]? {
        var members = JSONMembers()
        guard members.read(bytes.span) else { return nil }
        #expect(areInOrder([members.bounds], within: bytes.count))
        var found: [String: String] = [:]
        for member in members.members {
            #expect(members.bounds.contains(member.value.lowerBound), "\(bytes)")
            #expect(member.value.upperBound < members.bounds.upperBound, "\(bytes)")
            let key = members.withKey(member, bytes.span) { $0.text }
            found[key] = String(decoding: bytes[member.value], as: UTF8.self)
        }
        #expect(found.count == members.members.count, "a key came twice: \(bytes)")
        return found
    }

    /// RFC 8259, sections 3 to 8 and 13.
    @Test(
        arguments: [
            (#"{"Image":{"Width":800,"Title":"View","IDs":[116,943],"Animated":false}}"#, true),
            ("{}", true), (" \t\r\n{ } \n", true), (#"{"":""}"#, true), (#"{"a":-0}"#, true),
            (#"{"a":1E400,"b":3.141592653589793238462643383279}"#, true),
            (#"{"a":"\/\b\f\n\r\t"}"#, true),
            (#"{"a":"\uD834\uDD1E"}"#, true), (#"{"a":"\u0000"}"#, true),
            ("{\"a\":\"\u{7f}é🦜\"}", true),
            (#"{"a":-}"#, false), (#"{"a":1.e1}"#, false), (#"{"a":1e}"#, false),
            (#"{"a":0x1}"#, false),
            (#"{"a":"\uDD1E"}"#, false), (#"{"a":"\uD834"}"#, false), (#"{"a":"\u00G0"}"#, false),
            (#"{"a":True}"#, false), (#"{"a":nul}"#, false), (#"{"a":Infinity}"#, false),
            ("{\"a\":\"\u{1f}\"}", false), (#"{"a":1}{"b":2}"#, false),
            (#"{"a":1,,"b":2}"#, false),
            (#"{,"a":1}"#, false), (#"{a:1}"#, false), (#"{"a":[}"#, false), ("\u{feff}{}", false),
            (#"{"a":/**/1}"#, false), (#"[{"a":1}]"#, false), ("null", false),
            (#"{"a":[1 2]}"#, false),
        ] as [(String, Bool)]
    )
    func `what the standard allows, and nothing else`(_ text: String, _ isObject: Bool) {
        #expect((Self.read(Array(text.utf8)) != nil) == isObject)
    }

    @Test(arguments: [
        [0x80], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xe2, 0x82],
    ])
    func `bytes that are no text are in no object`(_ bytes: [UInt8]) {
        let text = Array(#"{"a":""#.utf8) + bytes + Array(#""}"#.utf8)
        #expect(Self.read(text) == nil)
    }

    @Test func `values as they are written`() {
        let text =
            #"{"a":"x\ny","b":-1.50e+3,"c":[1,{"d":"]"}],"e":{"f":{}},"g":null,"\u0061":true}"#
        #expect(
            Self.read(Array(text.utf8)) == [
                "a": "true", "b": "-1.50e+3", "c": #"[1,{"d":"]"}]"#, "e": #"{"f":{}}"#,
                "g": "null",
            ]
        )
    }

    @Test(arguments: 1...10 as ClosedRange<UInt64>)
    func `what is written is read again, and cut anywhere it is none`(_ seed: UInt64) throws {
        var pieces = BodyPieces(seed: seed)
        for _ in 0..<30 {
            let object = Self.object(&pieces, depth: 0)
            let data = try JSONSerialization.data(withJSONObject: object)
            let bytes = Array(data)
            let read = try #require(Self.read(bytes), "\(String(decoding: bytes, as: UTF8.self))")
            #expect(Set(read.keys) == Set(object.keys))
            for length in 0..<bytes.count { #expect(Self.read(Array(bytes.prefix(length))) == nil) }
        }
    }

    @Test(arguments: 1...10 as ClosedRange<UInt64>)
    func `whatever comes, no more is taken than a strict reader takes`(_ seed: UInt64) {
        var pieces = BodyPieces(seed: seed)
        let likely = [
            "{", "}", "[", "]", ",", ":", "\"a\"", "\"b\":1", "\"", "\\", "\\u00", "1", "-", "e5",
            ".5", "true", "null", " ", "é", "{\"c\":", "}}",
        ]
        for _ in 0..<3000 {
            let bytes = pieces.noise(likely)
            if Self.read(bytes) == nil { continue }
            let parsed = try? JSONSerialization.jsonObject(with: Data(bytes))
            #expect(parsed is [String: Any], "\(String(decoding: bytes, as: UTF8.self))")
        }
    }

    private static func object(_ pieces: inout BodyPieces, depth: Int) -> [String: Any] {
        var object: [String: Any] = [:]
        for number in 0..<pieces.number(0...4) {
            let value: Any
            switch pieces.number(0...(depth > 3 ? 3 : 5)) {
            case 0: value = pieces.word("ab\"\\\n\u{1}é🦜/", upTo: 8)
            case 1: value = pieces.number(-100_000...100_000)
            case 2: value = pieces.flip()
            case 3: value = NSNull()
            case 4: value = Self.object(&pieces, depth: depth + 1)
            default: value = [1, Self.object(&pieces, depth: depth + 1)]
            }
            object["\(pieces.word("k\"\\é"))\(number)"] = value
        }
        return object
    }
}
