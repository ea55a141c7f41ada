import Bytes
import Glibc
import Pipeline
import Synchronization
import Testing

@testable import Transport

/// Large answers, taken piece by piece.
@Suite(.timeLimit(.minutes(2)))
struct CurlPiecesTests {
    let exchange: CurlExchange

    init() throws {
        self.exchange = try CurlExchange(version: "test")
    }

    /// What a taker saw.
    final class Taken: Sendable {
        struct State {
            var sizes: [Int] = []
            var text: [UInt8] = []
            var statuses: Set<Int> = []
            var fields: Set<String> = []
            var mostCapacity = 0
        }

        let state = Mutex(State())

        var sizes: [Int] { self.state.withLock { $0.sizes } }

        func note(_ response: HTTPResponse) {
            let bytes = response.body.bytes.array
            let capacity = response.body.bytes.capacity
            self.state.withLock { state in
                state.sizes.append(bytes.count)
                state.text += bytes
                state.statuses.insert(response.status)
                state.fields.insert(response.header("x-field") ?? "")
                state.mostCapacity = max(state.mostCapacity, capacity)
            }
        }

        func whole(_ last: HTTPResponse) -> [UInt8] {
            self.state.withLock { $0.text } + last.body.bytes.array
        }
    }

    private func request(
        _ url: String,
        size: Int,
        _ taken: Taken,
        limit: Int = 64 << 20,
        compressed: Bool = false,
        then more: @escaping @Sendable () async -> Bool = { true },
    ) -> HTTPRequest {
        HTTPRequest(
            .get,
            url,
            pieces: HTTPPieces(size: size) { response in
                taken.note(response)
                return await more()
            },
            timeout: .seconds(20),
            responseLimit: limit,
            acceptsCompressed: compressed,
        )
    }

    private static func sample(_ count: Int) -> [UInt8] {
        var state: UInt32 = 1
        return (0..<count).map { _ in
            state = state &* 1_664_525 &+ 1_013_904_223
            return UInt8(truncatingIfNeeded: state >> 24)
        }
    }

    @Test(arguments: [
        (0, 10, []), (9, 10, []), (10, 10, []), (11, 10, [10]), (20, 10, [10]),
        (21, 10, [10, 10]),
        (5, 1, [1, 1, 1, 1]), (100_000, 40_000, [40_000, 40_000]), (70_000, 65_536, [65_536]),
    ])
    func cutsAnAnswer(count: Int, size: Int, sizes: [Int]) async throws {
        let body = Self.sample(count)
        let server = RawServer.serving { connection, _, _ in
            connection.answer(status: "203 Fine", headers: ["X-Field: here"], body)
        }
        for compressed in [false, true] {
            let taken = Taken()
            let request = self.request(server.url, size: size, taken, compressed: compressed)
            let last = try await self.exchange.send(request)
            #expect(taken.sizes == sizes)
            #expect(taken.whole(last) == body)
            #expect(last.status == 203)
            #expect(last.header("x-field") == "here")
            if !sizes.isEmpty {
                #expect(taken.state.withLock { $0.statuses } == [203])
                #expect(taken.state.withLock { $0.fields } == ["here"])
            }
        }
        #expect(server.connections == 1)
    }

    @Test(arguments: [1, 7, 300, 4096, 60_000, 70_000])
    func inflatesIntoPieces(size: Int) async throws {
        let text = String(repeating: "0123456789abcdef", count: 1000)
        // Two members, one behind the other, are one body.
        let body = GzipSample.stored(text) + GzipSample.stored("end")
        let server = RawServer.serving { connection, _, _ in
            let chunks = body.count / 2
            connection.send("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n")
            connection.send("Content-Length: \(body.count)\r\n\r\n")
            connection.send(Array(body[..<chunks]))
            RawSocket.pause(milliseconds: 5)
            connection.send(Array(body[chunks...]))
        }
        let taken = Taken()
        let request = self.request(server.url, size: size, taken, compressed: true)
        let last = try await self.exchange.send(request)
        #expect(taken.whole(last) == Array((text + "end").utf8))
        #expect(taken.sizes.allSatisfy { $0 == size })
        #expect(taken.sizes.count == (text.utf8.count + 2) / size)
    }

    @Test func holdsOnePieceOfABomb() async throws {
        let bomb = GzipSample.zeros(megabytes: 100)
        let server = RawServer.serving { connection, _, _ in
            connection.answer(headers: ["Content-Encoding: gzip"], bomb)
        }
        let taken = Taken()
        let before = Self.residentBytes()
        let peak = Mutex(0)
        let request = HTTPRequest(
            .get,
            server.url,
            pieces: HTTPPieces(size: 1 << 20) { response in
                taken.state.withLock { state in
                    state.sizes.append(response.body.bytes.count)
                    state.mostCapacity = max(state.mostCapacity, response.body.bytes.capacity)
                }
                peak.withLock { $0 = max($0, Self.residentBytes()) }
                return true
            },
            responseLimit: 40 << 20,
            acceptsCompressed: true,
        )
        let failure = await #expect(throws: HTTPFailure.self) {
            _ = try await self.exchange.send(request)
        }
        #expect(failure?.code == .tooLarge)
        #expect(taken.sizes.count == 39)
        #expect(taken.state.withLock { $0.mostCapacity } <= 2 << 20)
        #expect(peak.withLock { $0 } < before + 16 << 20)
    }

    private static func residentBytes() -> Int {
        guard let file = unsafe fopen("/proc/self/statm", "r") else { return 0 }
        defer { unsafe fclose(file) }
        var text = [CChar](repeating: 0, count: 128)
        guard unsafe fgets(&text, 128, file) != nil else { return 0 }
        let words = text.map { UInt8(bitPattern: $0) }.split(separator: UInt8(ascii: " "))
        return (Int(String(decoding: words[1], as: UTF8.self)) ?? 0) * 4096
    }

    /// Neither side is hurried: what the taker has not asked for stays with the sender.
    @Test func waitsForATakerThatIsSlow() async throws {
        let sent = Mutex(0)
        let block = Self.sample(1 << 20)
        let server = RawServer { connection in
            _ = connection.request()
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: \(block.count * 32)\r\n\r\n")
            for _ in 0..<32 {
                connection.send(block)
                sent.withLock { $0 += 1 }
            }
        }
        let taken = Taken()
        let ahead = Mutex(0)
        let pieces = Mutex(0)
        let request = self.request(server.url, size: 1 << 20, taken) {
            try? await Task.sleep(for: .milliseconds(20))
            let taken = pieces.withLock { count in
                count += 1
                return count
            }
            ahead.withLock { $0 = max($0, sent.withLock { $0 } - taken) }
            return true
        }
        let last = try await self.exchange.send(request)
        #expect(taken.sizes.count == 31)
        let whole = taken.whole(last)
        #expect(whole.count == block.count * 32)
        #expect((0..<32).allSatisfy { Array(whole[($0 << 20)..<($0 + 1) << 20]) == block })
        // The kernel's buffers hold a few megabytes; an unbounded reader would be 31 ahead.
        #expect(ahead.withLock { $0 } < 16)
    }

    @Test func takesADripAsItComes() async throws {
        let server = RawServer { connection in
            _ = connection.request()
            connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            for byte in "abcdefgh" {
                connection.send("1\r\n\(byte)\r\n")
                RawSocket.pause(milliseconds: 5)
            }
            // A trailer that looks like the start of another answer.
            connection.send("0\r\nHTTP/1.1: 500 Oops\r\nX-Trailer: t\r\n\r\n")
        }
        let taken = Taken()
        let last = try await self.exchange.send(self.request(server.url, size: 3, taken))
        #expect(taken.sizes == [3, 3])
        #expect(taken.whole(last) == Array("abcdefgh".utf8))
        #expect(last.status == 200)
        #expect(last.header("x-trailer") == "t")
    }

    @Test func endsABodyWithoutEnd() async throws {
        let server = RawServer { connection in
            _ = connection.request()
            connection.send("HTTP/1.1 200 OK\r\n\r\n")
            let block = [UInt8](repeating: 0x78, count: 100_000)
            for _ in 0..<10_000 { connection.send(block) }
        }
        let taken = Taken()
        let request = self.request(server.url, size: 100_000, taken, limit: 1_000_000)
        let failure = await #expect(throws: HTTPFailure.self) {
            _ = try await self.exchange.send(request)
        }
        #expect(failure?.code == .tooLarge)
        #expect(taken.sizes.count == 9)
    }

    @Test func reportsABodyThatIsCutInAPiece() async throws {
        let server = RawServer { connection in
            _ = connection.request()
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
            connection.send([UInt8](repeating: 0x78, count: 250))
        }
        let taken = Taken()
        let failure = await #expect(throws: HTTPFailure.self) {
            _ = try await self.exchange.send(self.request(server.url, size: 100, taken))
        }
        #expect(failure?.code == .cut)
        #expect(taken.sizes == [100, 100])
    }

    @Test func reportsAGzipBodyThatEndsTooEarly() async throws {
        let body = GzipSample.stored(String(repeating: "x", count: 1000))
        for end in [5, 500, body.count - 1] {
            let server = RawServer.serving { connection, _, _ in
                connection.answer(headers: ["Content-Encoding: gzip"], Array(body[..<end]))
            }
            let request = self.request(server.url, size: 100, Taken(), compressed: true)
            let failure = await #expect(throws: HTTPFailure.self) {
                _ = try await self.exchange.send(request)
            }
            #expect(failure?.message.contains("ends too early") == true, "\(end)")
        }
    }
}
