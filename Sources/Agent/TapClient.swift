import Bytes
import Glibc
import Pipeline
import Transport

/// Asks a running agent for the records that pass, and prints them.
package struct TapClient: Sendable {
    /// What is asked of the agent: parameters of `/api/v1/tap`.
    package var parameters: [(name: String, value: String)] = []
    private let address: String

    /// The address that an agent has without a configuration.
    package static let defaultAddress = ServerOptions.defaultAddress

    /// Why there is nothing to print, and what to look at.
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    /// Names the agent's address, `HOST:PORT` or `unix:PATH`.
    package init(address: String) { self.address = address }

    /// Writes what comes to `descriptor` until the agent ends it, or nobody reads any more.
    package func run(writingTo descriptor: Int32) async throws(Failure) {
        do throws(HTTPFailure) {
            let exchange = try CurlExchange(version: AgentVersion.number)
            let response: HTTPResponse
            do throws(HTTPFailure) {
                response = try await exchange.send(self.request(descriptor))
            } catch {
                await exchange.shutdown()
                throw error
            }
            await exchange.shutdown()
            if response.status != 200 {
                let text = response.body.bytes.text
                throw HTTPFailure(.other, "answered \(response.status): \(text)")
            }
            _ = Self.write(response.body, to: descriptor)
        } catch {
            // The reader has gone, such as `head`.
            if error.code == .cancelled { return }
            throw Failure(description: "\(self.address): \(error.message)")
        }
    }

    private func request(_ descriptor: Int32) -> HTTPRequest {
        var query = ""
        for (name, value) in self.parameters {
            query += query.isEmpty ? "?" : "&"
            query += "\(name)=\(PercentEncoding.query(value))"
        }
        var connection = HTTPConnectionSettings()
        var authority = self.address
        if self.address.hasPrefix("unix:") {
            connection.unixSocket = String(self.address.dropFirst("unix:".count))
            authority = "localhost"
        } else if self.address.hasPrefix(":") {
            authority = "localhost\(self.address)"
        }
        return HTTPRequest(
            .get,
            "http://\(authority)/api/v1/tap\(query)",
            pieces: HTTPPieces(size: Self.pieceBytes, isEager: true) { piece in
                Self.write(piece.body, to: descriptor)
            },
            timeout: Self.longest,
            responseLimit: .max,
            connection: connection,
        )
    }

    private static let pieceBytes = 256 << 10
    /// There is no end to it otherwise.
    private static let longest = Duration.seconds(7 * 24 * 3600)

    /// Writes all of it; false when the reader has gone.
    private static func write(_ payload: Payload, to descriptor: Int32) -> Bool {
        unsafe payload.bytes.withUnsafeBytes { bytes in
            var rest = UnsafeRawBufferPointer(bytes)
            while unsafe !rest.isEmpty {
                let written = unsafe Glibc.write(descriptor, rest.baseAddress, rest.count)
                if written < 0 && errno == EINTR { continue }
                if written <= 0 { return false }
                unsafe rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(written))
            }
            return true
        }
    }
}
