import Codecs
package import Config
package import Pipeline
import Telemetry

/// `dns_sd_configs`: targets from the records of a name.
///
/// Source: Prometheus, `discovery/dns/dns.go`.
package struct DNSDiscovery: RefreshingDiscovery {
    /// The entry's keys.
    package struct Options: DiscoveryOptions {
        /// The types of record as users write them.
        package enum RecordType: String, Sendable, CaseIterable {
            case srv = "SRV"
            case a = "A"
            case aaaa = "AAAA"
            case mx = "MX"
            case ns = "NS"

            var wire: DNSMessage.RecordType {
                switch self {
                case .srv: .srv
                case .a: .a
                case .aaaa: .aaaa
                case .mx: .mx
                case .ns: .ns
                }
            }
        }

        /// The names to ask for.
        package var names: [String]
        /// What to ask for.
        package var type: RecordType
        /// The targets' port, for records that have none.
        package var port: Int
        /// The time between two questions.
        package var refreshInterval: Duration
        /// Who is asked instead of the servers of `/etc/resolv.conf`.
        package var servers: [NameServer]

        /// Reads one entry.
        package init(from node: inout ConfigNode) throws(ConfigError) {
            self.names = node.strings("names", "The names to ask for.")
            self.type = node.choice(
                "type",
                default: .srv,
                ignoringCase: true,
                "The records to ask for.",
            )
            let port = node.int("port", in: 1...65_535, "The targets' port; SRV records have one.")
            self.port = port ?? 0
            self.refreshInterval = node.duration(
                "refresh_interval",
                default: .seconds(30),
                in: .seconds(1)...DurationSyntax.longest,
                "The time between two questions.",
            )
            let servers = node.strings(
                "nameservers",
                "Martlet's own key: addresses, as IP or IP:PORT, of name servers to ask instead of "
                    + "those of /etc/resolv.conf.",
            )
            self.servers = servers.compactMap { NameServer(parsing: $0) }
            if self.servers.count != servers.count {
                node.reject("nameservers", expected: "IP addresses, each with a port or without")
            }
            if self.names.isEmpty {
                node.reject("names", because: "expected at least one name, found none")
            }
            if self.type != .srv, port == nil {
                node.reject("port", expected: "a port, which only SRV records bring themselves")
            }
        }
    }

    package static let mechanism = "dns"
    package let context: DiscoveryContext
    package var subject: String { "\(self.options.type.rawValue) \(self.options.names)" }
    package var refreshInterval: Duration { self.options.refreshInterval }
    private let options: Options
    private let lookups: Counter
    private let failures: Counter

    package init(_ options: Options, in context: DiscoveryContext) {
        self.options = options
        self.context = context
        self.lookups = context.meters.counter(
            "prometheus_sd_dns_lookups_total",
            "Lookups of dns_sd_configs.",
        )
        self.failures = context.meters.counter(
            "prometheus_sd_dns_lookup_failures_total",
            "Lookups of dns_sd_configs that failed.",
        )
    }

    /// Asks for all names at a time; a name that fails keeps its targets and does not hold up others.
    package func refresh(_ findings: DiscoveryFindings) async throws(DiscoveryFailure) {
        let resolver = NameResolver(self.context.names, self.options.servers)
        let results = await withTaskGroup { group in
            for (place, name) in self.options.names.enumerated() {
                group.addTask { (place, await self.lookUp(name, resolver)) }
            }
            var results: [Int: Result<TargetGroup, DiscoveryFailure>] = [:]
            for await (place, result) in group { results[place] = result }
            return results
        }
        var failure: DiscoveryFailure?
        for (_, result) in results.sorted(by: { $0.key < $1.key }) {
            do { findings.update([try result.get()]) } catch { failure = failure ?? error }
        }
        if let failure { throw failure }
    }

    private func lookUp(
        _ name: String,
        _ resolver: NameResolver,
    ) async -> Result<TargetGroup, DiscoveryFailure> {
        self.lookups.add()
        do throws(DiscoveryFailure) {
            let records = try await resolver.records(of: name, self.options.type.wire)
            return .success(self.group(name, records))
        } catch {
            if !Task.isCancelled { self.failures.add() }
            return .failure(error)
        }
    }

    /// The group of a name's records.
    func group(_ name: String, _ records: [DNSMessage.Record]) -> TargetGroup {
        let targets = records.map { record -> LabelSet in
            var labels: LabelSet = ["__meta_dns_name": name]
            var host = ""
            var port = self.options.port
            switch record {
            case .address(let bytes):
                host = IPAddress.text(bytes)
            case .service(let target, let number):
                labels["__meta_dns_srv_record_target"] = target
                labels["__meta_dns_srv_record_port"] = "\(number)"
                host = Self.withoutDots(target)
                port = Int(number)
            case .exchange(let target):
                labels["__meta_dns_mx_record_target"] = target
                host = Self.withoutDots(target)
            case .server(let target):
                labels["__meta_dns_ns_record_target"] = target
                host = Self.withoutDots(target)
            }
            labels["__address__"] = host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
            return labels
        }
        return TargetGroup(source: name, targets: targets)
    }

    private static func withoutDots(_ name: String) -> String {
        var name = name
        while name.hasSuffix(".") { name.removeLast() }
        return name
    }
}

/// IP addresses as text, as Go writes them.
enum IPAddress {
    /// Writes an address of 4 or 16 bytes; source: RFC 5952.
    ///
    /// An IPv4 address inside IPv6 is written as IPv4.
    static func text(_ bytes: [UInt8]) -> String {
        let isMapped =
            bytes.count == 16 && bytes[..<10].allSatisfy { $0 == 0 } && bytes[10] == 0xff
            && bytes[11] == 0xff
        if bytes.count != 16 || isMapped {
            return bytes.suffix(4).map { "\($0)" }.joined(separator: ".")
        }
        let words = (0..<8).map { UInt16(bytes[$0 * 2]) << 8 | UInt16(bytes[$0 * 2 + 1]) }
        let gap = Self.longestZeros(words)
        func hex(_ range: Range<Int>) -> String {
            words[range].map { String($0, radix: 16) }.joined(separator: ":")
        }
        if gap.count < 2 { return hex(0..<8) }
        return hex(0..<gap.lowerBound) + "::" + hex(gap.upperBound..<8)
    }

    private static func longestZeros(_ words: [UInt16]) -> Range<Int> {
        var longest = 0..<0
        var start = 0
        while start < words.count {
            var end = start
            while end < words.count, words[end] == 0 { end += 1 }
            if end - start > longest.count { longest = start..<end }
            start = max(end, start + 1)
        }
        return longest
    }
}
