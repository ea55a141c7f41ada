import Bytes
import Host
import Testing

/// rtnetlink dumps, written by hand in the machine's byte order.
@Suite struct LinkStatisticsTests {
    private static let newLink: UInt16 = 16
    private static let done: UInt16 = 3
    private static let error: UInt16 = 2

    private func bytes<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
        unsafe withUnsafeBytes(of: number) { unsafe Array($0) }
    }

    private func padded(_ bytes: [UInt8]) -> [UInt8] {
        bytes + Array(repeating: 0, count: (4 - bytes.count % 4) % 4)
    }

    private func attribute(_ type: UInt16, _ value: [UInt8]) -> [UInt8] {
        self.padded(self.bytes(UInt16(value.count + 4)) + self.bytes(type) + value)
    }

    private func message(_ type: UInt16, _ payload: [UInt8]) -> [UInt8] {
        self.bytes(UInt32(payload.count + 16)) + self.bytes(type)
            + Array(repeating: 0, count: 10) + payload
    }

    private func link(_ attributes: [UInt8]...) -> [UInt8] {
        self.message(Self.newLink, Array(repeating: 0, count: 16) + attributes.joined())
    }

    private func name(_ text: String) -> [UInt8] { self.attribute(3, Array(text.utf8) + [0]) }

    private func counters64(_ counts: ClosedRange<UInt64>) -> [UInt8] {
        self.attribute(23, counts.flatMap { self.bytes($0) })
    }

    private func counters32(_ counts: ClosedRange<UInt32>) -> [UInt8] {
        self.attribute(7, counts.flatMap { self.bytes($0) })
    }

    private func visited(_ messages: [UInt8]) throws(FormatError) -> [String] {
        var lines: [String] = []
        try LinkStatistics.visit(messages.span) { name, link in
            lines.append("\(name.text) \(link[.receivedPackets]) \(link[.receiveNoHandler])")
        }
        return lines
    }

    @Test func wideCountersWin() throws {
        let dump =
            self.link(self.name("eth0"), self.counters32(101...124), self.counters64(1...25))
            + self.message(Self.done, [0, 0, 0, 0])
        #expect(try self.visited(dump) == ["eth0 1 24"])
    }

    @Test func narrowCountersDoWhereThereAreNoWideOnes() throws {
        let dump =
            self.link(self.name("lo"), self.counters32(101...123)) + self.message(Self.done, [])
        #expect(try self.visited(dump) == ["lo 101 0"])
    }

    @Test func linksWithoutNameOrCountersArePassedOver() throws {
        let dump =
            self.link(self.name("a")) + self.link(self.counters64(1...24))
            + self.message(99, [1, 2, 3, 4]) + self.message(Self.done, [])
        #expect(try self.visited(dump).isEmpty)
    }

    @Test func aDumpWithoutEndIsAnError() {
        #expect(throws: FormatError.self) {
            try self.visited(self.link(self.name("a"), self.counters64(1...24)))
        }
        #expect(throws: FormatError.self) { try self.visited([]) }
    }

    @Test func anErrorOfTheKernelIsOne() {
        #expect(throws: FormatError.self) {
            try self.visited(self.message(Self.error, self.bytes(Int32(-1))))
        }
    }

    @Test func everyCutIsAnErrorAndNoCrash() throws {
        let dump =
            self.link(self.name("eth0"), self.counters64(1...24)) + self.message(Self.done, [])
        for length in 0..<dump.count {
            #expect(throws: FormatError.self) { try self.visited(Array(dump.prefix(length))) }
        }
    }

    @Test func thisMachineHasALoopback() throws {
        var socket = try NetlinkSocket()
        var answer = OutputBuffer()
        try socket.dumpLinks(into: &answer)
        #expect(try self.visited(answer.array).contains { $0.hasPrefix("lo ") })
    }
}
