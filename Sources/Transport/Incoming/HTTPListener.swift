import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix

/// One listening socket.
struct HTTPListener {
    let channel: any Channel
    /// The address bound, as it would be configured.
    let address: String

    /// Connections that the kernel keeps until they are accepted.
    private static let backlog: CInt = 256

    /// Listens on `address`; its connections are served under `state`.
    ///
    /// - Throws: the reason in words, with the remedy.
    static func bind(
        _ address: ListenAddress,
        on group: MultiThreadedEventLoopGroup,
        _ state: HTTPServerState,
    ) async throws(HTTPServerFailure) -> HTTPListener {
        do {
            switch address {
            case .host(let host, let port):
                let channel = try await Self.bootstrap(group, state, isTCP: true)
                    .bind(host: host, port: port).get()
                return HTTPListener(channel: channel, address: Self.name(channel, host, port))
            case .everywhere(let port):
                let bootstrap = Self.bootstrap(group, state, isTCP: true)
                let channel: any Channel
                do {
                    // Takes IPv4 as well, where the machine has IPv6 at all.
                    channel = try await bootstrap.bind(host: "::", port: port).get()
                } catch let error as IOError where error.errnoCode != EADDRINUSE {
                    channel = try await bootstrap.bind(host: "0.0.0.0", port: port).get()
                }
                return HTTPListener(channel: channel, address: Self.name(channel, "", port))
            case .unix(let path):
                if Self.isServed(path) { throw IOError(errnoCode: EADDRINUSE, reason: "bind") }
                let channel = try await Self.bootstrap(group, state, isTCP: false)
                    .bind(unixDomainSocketPath: path, cleanupExistingSocketFile: true).get()
                channel.closeFuture.whenComplete { _ in _ = unsafe unlink(path) }
                return HTTPListener(channel: channel, address: address.text)
            }
        } catch {
            throw Self.failure(address, error)
        }
    }

    private static func bootstrap(
        _ group: MultiThreadedEventLoopGroup,
        _ state: HTTPServerState,
        isTCP: Bool,
    ) -> ServerBootstrap {
        var bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: Self.backlog)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try Self.serve(channel, state) }
            }
        if isTCP {
            bootstrap =
                bootstrap
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
        }
        return bootstrap
    }

    private static func serve(_ channel: any Channel, _ state: HTTPServerState) throws {
        let pipeline = channel.pipeline.syncOperations
        switch state.admit(channel) {
        case .serve:
            let connection = HTTPServerConnection(state)
            channel.closeFuture.whenComplete { _ in state.closed(channel) }
            var limits = NIOHTTPDecoderLimitConfiguration()
            limits.maxHeaderFieldSize = state.limits.headerBytes
            limits.maxHeaderListSize = state.limits.headerBytes
            try pipeline.addHandler(HTTPServerGate(connection))
            try pipeline.configureHTTPServerPipeline(
                withErrorHandling: false,
                withEncoderConfiguration: HTTPResponseEncoder.Configuration(),
                withDecoderLimitConfiguration: limits,
            )
            try pipeline.addHandler(connection)
        case .refuse:
            channel.closeFuture.whenComplete { _ in state.refusalEnded() }
            try pipeline.addHandler(HTTPServerRefusal())
        case .drop:
            channel.close(promise: nil)
        }
    }

    private static func name(_ channel: any Channel, _ host: String, _ port: Int) -> String {
        let bound = channel.localAddress?.port ?? port
        return host.isEmpty ? ":\(bound)" : ListenAddress.host(host, port: bound).text
    }

    /// Whether something answers on a socket file, which is then not ours to replace.
    private static func isServed(_ path: String) -> Bool {
        guard let address = try? SocketAddress(unixDomainSocketPath: path) else { return false }
        let descriptor = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        return unsafe address.withSockAddr { unsafe connect(descriptor, $0, socklen_t($1)) } == 0
    }

    private static func failure(
        _ address: ListenAddress,
        _ error: any Error,
    ) -> HTTPServerFailure {
        let (code, message): (HTTPServerFailure.Code, String) =
            switch (error as? IOError)?.errnoCode {
            case EADDRINUSE:
                (
                    .addressInUse,
                    "another program listens there; stop it (`ss -lnp` names it) or choose"
                        + " another address in server.listen",
                )
            case EACCES, EPERM:
                (
                    .notPermitted,
                    "not permitted; ports below 1024 need CAP_NET_BIND_SERVICE, and a socket"
                        + " file a folder that may be written",
                )
            case EADDRNOTAVAIL:
                (.badAddress, "this machine has no such address; 0.0.0.0 takes every interface")
            case .some(let number):
                (.other, unsafe String(cString: strerror(number)))
            case nil where error is SocketAddressError.UnknownHost || error is SocketAddressError:
                (.badAddress, "the name can't be resolved; use an address")
            case nil:
                (.other, "\(error)")
            }
        return HTTPServerFailure(code: code, address: address.text, message: message)
    }
}
