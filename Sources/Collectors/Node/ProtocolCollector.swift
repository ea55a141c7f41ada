import Bytes
package import Codecs
package import Config
import Host
import Patterns
package import Pipeline

/// Counters of network protocols, of `/proc/net/netstat`, `snmp` and `snmp6`.
package struct ProtocolCollector: Collector, ~Copyable {
    package static let name: ComponentName = "netstat"

    /// What `netstat` can be told.
    package struct Options: ComponentOptions {
        /// Which counters are exported, as `Protocol_Name`.
        let fields: Pattern?

        /// node_exporter's default.
        static let defaultFields =
            "^(.*_(InErrors|InErrs)|Ip_Forwarding|Ip(6|Ext)_(InOctets|OutOctets)|"
            + "Icmp6?_(InMsgs|OutMsgs)|TcpExt_(Listen.*|Syncookies.*|TCPSynRetrans|TCPTimeouts|"
            + "TCPOFOQueue|TCPRcvQDrop)|Tcp_(ActiveOpens|InSegs|OutSegs|OutRsts|PassiveOpens|"
            + "RetransSegs|CurrEstab)|Udp6?_(InDatagrams|OutDatagrams|NoPorts|RcvbufErrors|"
            + "SndbufErrors))$"

        package init(from node: inout ConfigNode) throws(ConfigError) {
            let fields = node.string(
                "fields",
                default: Self.defaultFields,
                "Regular expression of the counters to export, as Protocol_Name.",
            )
            do {
                self.fields = try Pattern(fields)
            } catch {
                node.reject("fields", because: error.description)
                self.fields = nil
            }
        }
    }

    /// One file and what is known of its counters.
    private struct Table: ~Copyable {
        let path: String
        let layout: ProtocolCounters.Layout
        var file = FileReader(limit: 1 << 20, keepsOpen: true)
        var families = PositionalCache<MetricFamily?>()

        init(_ path: String, _ layout: ProtocolCounters.Layout) {
            self.path = path
            self.layout = layout
        }
    }

    private let fields: Pattern?
    private var netstat: Table
    private var snmp: Table
    private var snmp6: Table

    package init(_ options: Options, in context: ComponentContext) throws(ConfigError) {
        self.fields = options.fields
        let folder = context.roots.procfs + "/net"
        self.netstat = Table(folder + "/netstat", .pairs)
        self.snmp = Table(folder + "/snmp", .pairs)
        self.snmp6 = Table(folder + "/snmp6", .lines)
    }

    package mutating func collect(into metrics: inout MetricWriter) throws(CollectError) {
        do {
            try Self.write(&self.netstat, self.fields, into: &metrics)
            try Self.write(&self.snmp, self.fields, into: &metrics)
        } catch {
            throw CollectError(error)
        }
        do {
            try Self.write(&self.snmp6, self.fields, into: &metrics)
        } catch  where error.isMissing {
            // IPv6 is switched off in this kernel.
        } catch {
            throw CollectError(error)
        }
    }

    private static func write(
        _ table: inout Table,
        _ fields: Pattern?,
        into metrics: inout MetricWriter,
    ) throws(HostError) {
        try Self.write(
            table.path,
            table.layout,
            &table.file,
            &table.families,
            fields,
            into: &metrics,
        )
    }

    private static func write(
        _ path: String,
        _ layout: ProtocolCounters.Layout,
        _ file: inout FileReader,
        _ families: inout PositionalCache<MetricFamily?>,
        _ fields: Pattern?,
        into metrics: inout MetricWriter,
    ) throws(HostError) {
        try file.load(path) { text throws(FormatError) in
            try ProtocolCounters.visit(text, layout) {
                (index, group, name, digits) throws(FormatError) in
                let known = families.value(at: index, for: group, name) { group, name in
                    Self.family(group.text, name.text, fields)
                }
                guard let family = known else { return }
                let value = try ProtocolCounters.value(digits)
                metrics.family(family)
                metrics.sample(value)
            }
        }
    }

    private static func family(
        _ group: String,
        _ name: String,
        _ fields: Pattern?,
    ) -> MetricFamily? {
        let key = "\(group)_\(name)"
        guard fields?.matches(key) == true else { return nil }
        return MetricFamily("node_netstat_\(key)", .untyped, "Statistic \(group)\(name).")
    }
}
