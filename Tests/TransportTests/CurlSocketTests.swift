import Glibc
import Pipeline
import Testing

@testable import Transport

/// What the kernel is told of the transport's sockets.
@Suite(.timeLimit(.minutes(2)))
struct CurlSocketTests {
    /// A peer that vanishes says nothing, and a watch would wait for it until its own end.
    @Test func asksWhetherThePeerIsStillThere() async throws {
        let exchange = try CurlExchange(version: "test")
        let server = RawServer.serving { connection, _, _ in connection.answer("alive") }
        _ = try await exchange.send(HTTPRequest(.get, server.url))
        let descriptor = try #require(Self.descriptor(connectedTo: server.port))
        #expect(Self.option(descriptor, SOL_SOCKET, SO_KEEPALIVE) == 1)
        #expect(Self.option(descriptor, CInt(IPPROTO_TCP), TCP_KEEPIDLE) == 30)
        #expect(Self.option(descriptor, CInt(IPPROTO_TCP), TCP_KEEPINTVL) == 30)
        #expect(Self.option(descriptor, CInt(IPPROTO_TCP), TCP_USER_TIMEOUT) == 90_000)
    }

    /// This process's socket whose other end has a port.
    private static func descriptor(connectedTo port: Int) -> CInt? {
        (3..<1024).first { descriptor in
            var address = sockaddr_in()
            var size = socklen_t(MemoryLayout<sockaddr_in>.size)
            let isConnected = unsafe withUnsafeMutablePointer(to: &address) { address in
                unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                    unsafe getpeername(descriptor, address, &size) == 0
                }
            }
            return isConnected && address.sin_family == sa_family_t(AF_INET)
                && Int(UInt16(bigEndian: address.sin_port)) == port
        }
    }

    private static func option(_ descriptor: CInt, _ level: CInt, _ name: CInt) -> CInt {
        var value: CInt = -1
        var size = socklen_t(MemoryLayout<CInt>.size)
        _ = unsafe getsockopt(descriptor, level, name, &value, &size)
        return value
    }
}
