import Bytes
import Pipeline
import Testing

@testable import Transport

@Suite(.timeLimit(.minutes(2)))
struct CurlCompressionTests {
    /// 100 MiB of zeros are some 100 KB, made of one deflate block over and over.
    private static let bomb = GzipSample.zeros(megabytes: 100)

    @Test func asksForGzipAndInflatesIt() async throws {
        let exchange = try CurlExchange(version: "test")
        let server = RawServer.serving { connection, _, _ in
            connection.answer(headers: ["Content-Encoding: gzip"], GzipSample.stored("inflated"))
        }
        let request = HTTPRequest(.get, server.url, acceptsCompressed: true)
        let answer = try await exchange.send(request)
        #expect(answer.body.bytes.text == "inflated")
        #expect(server.heads.first?.contains("\r\nAccept-Encoding: gzip\r\n") == true)
    }

    @Test func doesNotAskUnlessTold() async throws {
        let exchange = try CurlExchange(version: "test")
        let server = RawServer.serving { connection, _, _ in connection.answer("plain") }
        _ = try await exchange.send(HTTPRequest(.get, server.url))
        #expect(server.heads.first?.contains("Accept-Encoding") == false)
    }

    @Test func inflatesNoFurtherThanTheLimit() async throws {
        let exchange = try CurlExchange(version: "test")
        let server = RawServer.serving { connection, _, _ in
            connection.answer(headers: ["Content-Encoding: gzip"], Self.bomb)
        }
        let body = Payload(capacity: 16)
        let request = HTTPRequest(
            .get,
            server.url,
            reusing: body,
            responseLimit: 1 << 20,
            acceptsCompressed: true,
        )
        let failure = await #expect(throws: HTTPFailure.self) {
            _ = try await exchange.send(request)
        }
        #expect(failure?.code == .tooLarge)
        #expect(body.bytes.capacity < 4 << 20)
    }

    @Test func reportsDamage() async throws {
        let exchange = try CurlExchange(version: "test")
        let server = RawServer.serving { connection, _, _ in
            connection.answer(headers: ["Content-Encoding: gzip"], "this is not gzip at all")
        }
        let failure = await #expect(throws: HTTPFailure.self) {
            _ = try await exchange.send(HTTPRequest(.get, server.url, acceptsCompressed: true))
        }
        #expect(failure?.message.contains("damaged") == true)
    }
}
