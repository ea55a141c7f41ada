package import Codecs
package import Config
import Host
package import Pipeline

/// Connection tracking: how full its table is, and what it did.
package struct ConntrackCollector: Collector, ~Copyable {
    package static let name: ComponentName = "conntrack"

    private static let families: [(MetricFamily, @Sendable (ConntrackStatistics) -> UInt64)] = [
        (gauge("found", "Number of searched entries which were successful."), { $0.found }),
        (gauge("invalid", "Number of packets seen which can not be tracked."), { $0.invalid }),
        (
            gauge(
                "ignore",
                "Number of packets seen which are already connected to a conntrack entry.",
            ), { $0.ignore },
        ),
        (gauge("insert", "Number of entries inserted into the list."), { $0.insert }),
        (
            gauge(
                "insert_failed",
                "Number of entries for which list insertion was attempted but failed.",
            ), { $0.insertFailed },
        ),
        (
            gauge("drop", "Number of packets dropped due to conntrack failure."),
            { $0.drop },
        ),
        (
            gauge(
                "early_drop",
                "Number of dropped conntrack entries to make room for new ones, if maximum "
                    + "table size was reached.",
            ), { $0.earlyDrop },
        ),
        (
            gauge(
                "search_restart",
                "Number of conntrack table lookups which had to be restarted due to "
                    + "hashtable resizes.",
            ), { $0.searchRestart },
        ),
    ]

    private static func gauge(_ name: String, _ help: String) -> MetricFamily {
        MetricFamily("node_nf_conntrack_stat_\(name)", .gauge, help)
    }

    private let countPath: String
    private let limitPath: String
    private let statisticsPath: String
    private var file = FileReader(limit: 1 << 20)

    package init(_ options: NoOptions, in context: ComponentContext) throws(ConfigError) {
        let procfs = context.roots.procfs
        self.countPath = procfs + "/sys/net/netfilter/nf_conntrack_count"
        self.limitPath = procfs + "/sys/net/netfilter/nf_conntrack_max"
        self.statisticsPath = procfs + "/net/stat/nf_conntrack"
    }

    package mutating func collect(into metrics: inout MetricWriter) throws(CollectError) {
        do {
            try self.write(into: &metrics)
        } catch  where error.isMissing {
            throw .noData("connection tracking is not loaded")
        } catch {
            throw CollectError(error)
        }
    }

    private mutating func write(into metrics: inout MetricWriter) throws(HostError) {
        metrics.gauge(
            "node_nf_conntrack_entries",
            "Number of currently allocated flow entries for connection tracking.",
            Double(try self.file.number(at: self.countPath)),
        )
        metrics.gauge(
            "node_nf_conntrack_entries_limit",
            "Maximum size of connection tracking table.",
            Double(try self.file.number(at: self.limitPath)),
        )
        let statistics = try self.file.load(
            self.statisticsPath,
            ConntrackStatistics.init(parsing:),
        )
        for (family, value) in Self.families {
            metrics.family(family)
            metrics.sample(Double(value(statistics)))
        }
    }
}
