import AgentTesting
import RandomTesting
import Telemetry
import Testing

@testable import Codecs

/// The stream of families: framing, order of fields, pieces, and what is wrong.
@Suite struct MetricFamilyDecoderTests {
    /// What a stream says, in one line for each event.
    private static func events(
        _ pieces: [[UInt8]]
    ) -> (events: [String], error: ProtobufError?) {
        var decoder = MetricFamilyDecoder()
        var events: [String] = []
        var rest: [UInt8] = []
        do throws(ProtobufError) {
            for (place, piece) in pieces.enumerated() {
                rest += piece
                var offset = 0
                let isComplete = place == pieces.count - 1
                while let event = try Self.next(&decoder, rest, &offset, isComplete) {
                    events.append(event)
                }
                rest = Array(rest[offset...])
            }
        } catch {
            return (events, error)
        }
        return (events, nil)
    }

    private static func next(
        _ decoder: inout MetricFamilyDecoder,
        _ bytes: [UInt8],
        _ offset: inout Int,
        _ isComplete: Bool,
    ) throws(ProtobufError) -> String? {
        func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
        switch try decoder.next(bytes.span, from: &offset, isComplete: isComplete) {
        case .family(let header):
            let (name, help, unit) = (text(header.name), text(header.help), text(header.unit))
            return "family \(name) \(header.type) '\(help)' '\(unit)'"
        case .metric(let range): return "metric \(bytes[range].count)"
        case .help(let range): return "help \(text(range))"
        case .unit(let range): return "unit \(text(range))"
        case .end, .incomplete: return nil
        }
    }

    private static func family(_ write: (inout ProtobufBuilder) -> Void) -> [UInt8] {
        var builder = ProtobufBuilder()
        builder.framed(write)
        return builder.bytes
    }

    private static func metric(_ builder: inout ProtobufBuilder, _ value: Double) {
        builder.message(4) { $0.message(2) { $0.double(1, value) } }
    }

    struct Case: Sendable {
        let name: String
        let body: [UInt8]
        let events: [String]
    }

    static let cases = [
        Case(name: "nothing", body: [], events: []),
        Case(
            name: "in the usual order",
            body: family {
                $0.text(1, "a")
                $0.text(2, "help")
                $0.varint(3, 1)
                metric(&$0, 1)
                metric(&$0, 2)
                $0.text(5, "seconds")
            },
            events: ["family a gauge 'help' ''", "metric 11", "metric 11", "unit seconds"],
        ),
        Case(
            name: "unit first, help last, unknown fields between",
            body: family {
                $0.text(5, "seconds")
                $0.text(900, "?")
                $0.varint(3, 3)
                $0.text(1, "a")
                $0.double(901, 1)
                metric(&$0, 1)
                $0.raw([0x7d, 1, 2, 3, 4])
                $0.text(2, "late")
            },
            events: ["family a untyped '' 'seconds'", "metric 11", "help late"],
        ),
        Case(
            name: "no type is a counter",
            body: family {
                $0.text(1, "a")
                metric(&$0, 1)
                $0.text(2, "late")
            },
            events: ["family a counter 'late' ''", "metric 11"],
        ),
        Case(
            name: "the type behind the metrics",
            body: family {
                $0.text(1, "a")
                metric(&$0, 1)
                metric(&$0, 2)
                $0.varint(3, 4)
                $0.text(5, "bytes")
            },
            events: ["family a histogram '' 'bytes'", "metric 11", "metric 11"],
        ),
        Case(
            name: "families without a metric and without anything",
            body: family { _ in } + family { $0.text(1, "none") }
                + family {
                    $0.text(1, "b")
                    $0.varint(3, 5)
                    $0.message(4) { _ in }
                },
            events: ["family b gaugeHistogram '' ''", "metric 0"],
        ),
    ]

    @Test(arguments: cases.indices) func reads(_ index: Int) {
        let example = Self.cases[index]
        let whole = Self.events([example.body])
        #expect(whole.error == nil)
        #expect(whole.events == example.events, "\(example.name)")
        for cut in 0...example.body.count {
            let parts = Self.events([Array(example.body[..<cut]), Array(example.body[cut...])])
            #expect(parts.error == nil)
            #expect(parts.events == example.events, "\(example.name), cut at \(cut)")
        }
        let bytes = Self.events(example.body.map { [$0] } + [[]])
        #expect(bytes.events == example.events, "\(example.name), byte by byte")
    }

    @Test func aBodyThatEndsTooEarlyIsAnError() {
        let body = Self.cases[1].body
        for cut in 1..<body.count {
            #expect(Self.events([Array(body[..<cut])]).error != nil, "cut at \(cut)")
            #expect(Self.events([Array(body[..<cut]), []]).error != nil, "cut at \(cut)")
        }
    }

    struct Flaw: Sendable {
        let name: String
        let body: [UInt8]
        let offset: Int
    }

    static let flaws = [
        Flaw(name: "text", body: Array("# HELP a b\n".utf8), offset: 1),
        Flaw(name: "a length of six bytes", body: [0x80, 0x80, 0x80, 0x80, 0x80, 1], offset: 0),
        Flaw(name: "a length beyond the body", body: [5, 8, 1], offset: 1),
        Flaw(name: "field 0", body: [2, 0x02, 0x00], offset: 1),
        Flaw(name: "a group", body: [2, 0x0b, 0x0c], offset: 1),
        Flaw(name: "a name that is a number", body: [2, 0x08, 0x01], offset: 1),
        Flaw(name: "a name longer than the family", body: [2, 0x0a, 0x05, 0x61], offset: 3),
        Flaw(name: "a type beyond 5", body: [2, 0x18, 0x06], offset: 1),
        Flaw(name: "a number without an end", body: [2, 0x18, 0x80], offset: 2),
        Flaw(
            name: "a metric longer than the family",
            body: [5, 0x0a, 0, 0x18, 1, 0x22],
            offset: 6,
        ),
    ]

    @Test(arguments: flaws.indices) func saysWhereItIsWrong(_ index: Int) {
        let flaw = Self.flaws[index]
        let error = Self.events([flaw.body]).error
        #expect(error?.offset == flaw.offset, "\(flaw.name): \(error?.description ?? "none")")
        #expect(Self.events(flaw.body.map { [$0] } + [[]]).error != nil, "\(flaw.name)")
    }

    /// A family whose type stands behind its metrics has to be kept whole; not without bound.
    @Test func aFamilyThatHasToBeKeptIsLimited() {
        var builder = ProtobufBuilder()
        builder.raw(varint: UInt64(MetricFamilyDecoder.messageLimit) + 100)
        builder.text(1, "a")
        Self.metric(&builder, 1)
        let error = Self.events([builder.bytes, []]).error
        #expect(error?.expected.contains("before its metrics") == true)
    }

    @Test func garbageNeverCrashes() {
        var random = SplitMix(seed: 3)
        for _ in 0..<2000 {
            let length = Int.random(in: 0..<60, using: &random)
            var body = (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }
            if Bool.random(using: &random), !body.isEmpty { body[0] = UInt8(length - 1) }
            let whole = Self.events([body])
            let cut = Int.random(in: 0...length, using: &random)
            let parts = Self.events([Array(body[..<cut]), Array(body[cut...])])
            #expect((whole.error == nil) == (parts.error == nil))
            if whole.error == nil { #expect(whole.events == parts.events) }
        }
    }
}
