import Codecs
import Config
import Pipeline

/// Looks names up as Prometheus does: every server in turn, every search domain in turn.
///
/// Source: Prometheus, `discovery/dns/dns.go`, `lookupWithSearchPath`.
struct NameResolver: Sendable {
    /// The time for one question to one server.
    static let timeout = Duration.seconds(2)
    /// Where the system's servers are.
    static let configurationPath = "/etc/resolv.conf"
    /// The most bytes of that file.
    private static let configurationLimit = 64 << 10

    private let exchange: any NameExchange
    private let servers: [NameServer]

    /// Asks `servers`, or those of the system when there are none.
    init(_ exchange: any NameExchange, _ servers: [NameServer]) {
        self.exchange = exchange
        self.servers = servers
    }

    /// The records of a name; none when every server that answered says that there is no such name.
    func records(
        of name: String,
        _ type: DNSMessage.RecordType,
    ) async throws(DiscoveryFailure) -> [DNSMessage.Record] {
        var configuration = ResolverConfiguration([UInt8]().span)
        var servers = self.servers
        if servers.isEmpty {
            configuration = try Self.system()
            servers = configuration.servers.map { NameServer($0) }
        }
        var failure: DiscoveryFailure?
        for candidate in configuration.candidates(for: name) {
            do throws(DiscoveryFailure) {
                let answer = try await self.ask(candidate, type, servers)
                if answer.code == 0 { return answer.records }
            } catch {
                // Another name may still be there, but that this one is not can't be said any more.
                failure = failure ?? error
            }
        }
        if let failure { throw failure }
        return []
    }

    private static func system() throws(DiscoveryFailure) -> ResolverConfiguration {
        do throws(ConfigError) {
            let bytes = try ConfigFile.read(Self.configurationPath, limit: Self.configurationLimit)
            return ResolverConfiguration(bytes.span)
        } catch {
            throw DiscoveryFailure("\(error)")
        }
    }

    /// The first answer of any server that says the records, or that there is no such name.
    private func ask(
        _ name: String,
        _ type: DNSMessage.RecordType,
        _ servers: [NameServer],
    ) async throws(DiscoveryFailure) -> DNSMessage {
        var reasons: [String] = []
        for server in servers {
            if Task.isCancelled { throw DiscoveryFailure("the task was cancelled") }
            do throws(DiscoveryFailure) {
                let answer = try await self.ask(name, type, server, over: .datagram)
                if answer.code == 0 || answer.code == DNSMessage.nameError { return answer }
                reasons.append("\(server): expected an answer, found code \(answer.code)")
            } catch {
                reasons.append("\(error)")
            }
        }
        if reasons.isEmpty { reasons = ["no name server is known"] }
        throw DiscoveryFailure(
            "expected \(name) to be resolved: \(reasons.joined(separator: "; "))"
        )
    }

    private func ask(
        _ name: String,
        _ type: DNSMessage.RecordType,
        _ server: NameServer,
        over way: NameTransport,
    ) async throws(DiscoveryFailure) -> DNSMessage {
        let id = UInt16.random(in: 0 ... .max)
        let query = DNSMessage.query(name, type, id: id, extended: way == .datagram)
        guard let query else {
            throw DiscoveryFailure("expected a host's name, found \(name)")
        }
        let answer: DNSMessage
        do throws(NameFailure) {
            let bytes = try await self.exchange.send(
                query,
                to: server,
                over: way,
                timeout: Self.timeout,
            )
            answer = try Self.read(bytes, type, server)
        } catch {
            throw DiscoveryFailure("\(error)")
        }
        guard answer.isTruncated else { return answer }
        if way == .stream {
            throw DiscoveryFailure("\(server): expected a whole answer, found one that is cut")
        }
        return try await self.ask(name, type, server, over: .stream)
    }

    private static func read(
        _ bytes: [UInt8],
        _ type: DNSMessage.RecordType,
        _ server: NameServer,
    ) throws(NameFailure) -> DNSMessage {
        do {
            return try DNSMessage(bytes.span, askedFor: type)
        } catch {
            throw NameFailure("\(server): \(error)")
        }
    }
}
