import Codecs
import Testing

@Suite struct DNSMessageTests {
    /// An answer from BIND to `_http._tcp.example.org SRV`, names compressed.
    private static let service: [UInt8] =
        [0x12, 0x34, 0x81, 0x80, 0, 1, 0, 2, 0, 0, 0, 0]
        + [5] + Array("_http".utf8) + [4] + Array("_tcp".utf8) + [7] + Array("example".utf8)
        + [3] + Array("org".utf8) + [0, 0, 33, 0, 1]
        + [0xc0, 12, 0, 33, 0, 1, 0, 0, 0, 60, 0, 10, 0, 10, 0, 5, 0x1f, 0x90, 1] + Array("a".utf8)
        + [0xc0, 23]
        + [0xc0, 12, 0, 33, 0, 1, 0, 0, 0, 60, 0, 10, 0, 20, 0, 5, 0x1f, 0x91, 1] + Array("b".utf8)
        + [0xc0, 23]

    private static func message(_ flags: [UInt8], _ records: [[UInt8]]) -> [UInt8] {
        [0, 7] + flags + [0, 1, 0, UInt8(records.count), 0, 0, 0, 0] + [1] + Array("n".utf8)
            + [0, 0, 1, 0, 1] + records.flatMap { [0xc0, 12] + $0 }
    }

    private static func record(_ type: UInt8, _ data: [UInt8]) -> [UInt8] {
        [0, type, 0, 1, 0, 0, 0, 1, 0, UInt8(data.count)] + data
    }

    private static func read(
        _ bytes: [UInt8],
        _ type: DNSMessage.RecordType,
    ) throws(DNSMessage.Unreadable) -> DNSMessage {
        try DNSMessage(bytes.span, askedFor: type)
    }

    @Test func readsServices() throws {
        let message = try Self.read(Self.service, .srv)
        #expect(message.id == 0x1234 && message.code == 0 && !message.isTruncated)
        #expect(
            message.records == [
                .service(name: "a.example.org.", port: 8080),
                .service(name: "b.example.org.", port: 8081),
            ]
        )
    }

    @Test func aliasesOnTheWayAreLeftOut() throws {
        let bytes = Self.message(
            [0x81, 0x80],
            [
                Self.record(5, [1] + Array("x".utf8) + [0]), Self.record(1, [10, 0, 0, 1]),
                Self.record(1, [10, 0, 0, 2]),
            ],
        )
        let message = try Self.read(bytes, .a)
        #expect(message.records == [.address([10, 0, 0, 1]), .address([10, 0, 0, 2])])
        #expect(try Self.read(bytes, .aaaa).records.isEmpty)
    }

    @Test func readsOtherTypes() throws {
        let mail = Self.message([0x81, 0x80], [Self.record(15, [0, 5, 1, 0x6d, 0xc0, 12])])
        #expect(try Self.read(mail, .mx).records == [.exchange(name: "m.n.")])
        let servers = Self.message([0x81, 0x80], [Self.record(2, [0])])
        #expect(try Self.read(servers, .ns).records == [.server(name: ".")])
        let six = [UInt8](repeating: 0, count: 15) + [1]
        let addresses = Self.message([0x81, 0x80], [Self.record(28, six)])
        #expect(try Self.read(addresses, .aaaa).records == [.address(six)])
    }

    @Test func codesAndCutsAreTold() throws {
        let none = try Self.read(Self.message([0x81, 0x83], []), .a)
        #expect(none.code == DNSMessage.nameError)
        var cut = Self.message([0x83, 0x80], [Self.record(1, [10, 0, 0, 1])])
        cut.removeLast(2)
        let message = try Self.read(cut, .a)
        #expect(message.isTruncated && message.records.isEmpty)
    }

    @Test func strangeBytesOfNamesAreEscaped() throws {
        let name: [UInt8] = [7, 0x2e, 0x5c, 0x20, 0x00, 0xff, 0x40, 0x61, 0]
        let bytes = Self.message([0x81, 0x80], [Self.record(2, name)])
        let message = try Self.read(bytes, .ns)
        #expect(message.records == [.server(name: #"\.\\\ \000\255\@a."#)])
    }

    @Test(
        arguments: [
            [], [0, 7, 0x81], message([0x01, 0x00], []),
            // A pointer to itself, one forward, one beyond the end.
            message([0x81, 0x80], [record(2, [0xc0, 31])]),
            message([0x81, 0x80], [record(2, [0xc0, 40])]),
            message([0x81, 0x80], [record(2, [0xff, 0xff])]),
            // A reserved label type, data of a wrong size.
            message([0x81, 0x80], [record(2, [0x40, 0])]),
            message([0x81, 0x80], [record(1, [10, 0, 0])]),
            message([0x81, 0x80], [record(1, [10, 0, 0, 1, 9])]),
            message([0x81, 0x80], [record(33, [0, 0, 0, 0, 0])]),
        ] as [[UInt8]]
    )
    func refuses(_ bytes: [UInt8]) {
        let type: DNSMessage.RecordType =
            bytes.count > 22 && bytes[22] == 1
            ? .a : bytes.count > 22 && bytes[22] == 33 ? .srv : .ns
        #expect(throws: DNSMessage.Unreadable.self) { try Self.read(bytes, type) }
    }

    @Test func everyCutIsRefused() {
        for count in 0..<Self.service.count {
            #expect(throws: DNSMessage.Unreadable.self, "\(count)") {
                try Self.read(Array(Self.service[..<count]), .srv)
            }
        }
    }

    @Test func asksWithRecursion() throws {
        let query = try #require(DNSMessage.query("a.example", .srv, id: 0x1234, extended: false))
        #expect(
            query == [0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0x61, 7]
                + Array("example".utf8) + [0, 0, 33, 0, 1]
        )
        #expect(DNSMessage.query("a.example.", .srv, id: 0x1234, extended: false) == query)
        let extended = try #require(DNSMessage.query("a", .a, id: 1, extended: true))
        #expect(extended[11] == 1)
        #expect(Array(extended.suffix(11)) == [0, 0, 41, 0x10, 0, 0, 0, 0, 0, 0, 0])
    }

    @Test(arguments: ["a..b", ".a", String(repeating: "x", count: 64)])
    func namesThatAreNoneAreNotAskedFor(_ name: String) {
        #expect(DNSMessage.query(name, .a, id: 1, extended: false) == nil)
    }

    @Test func tooLongNamesAreNotAskedFor() {
        let labels = Array(repeating: String(repeating: "x", count: 49), count: 6)
        let name = labels.joined(separator: ".")
        #expect(DNSMessage.query(name, .a, id: 1, extended: false) == nil)
    }

    @Test func readsTheResolversConfiguration() {
        let text = """
            # comment
            domain old.example
            nameserver 10.0.0.1 # first
            nameserver ::1;x
            search a.example b.example.
            options timeout:1 ndots:2
            nonsense
            nameserver
            """
        let found = ResolverConfiguration(Array(text.utf8).span)
        #expect(found.servers == ["10.0.0.1", "::1"])
        #expect(found.search == ["a.example", "b.example."])
        #expect(found.dots == 2)
        #expect(found.candidates(for: "x.") == ["x."])
        #expect(found.candidates(for: "x") == ["x.a.example.", "x.b.example.", "x."])
        #expect(
            found.candidates(for: "x.y.z") == ["x.y.z.", "x.y.z.a.example.", "x.y.z.b.example."]
        )
    }
}
