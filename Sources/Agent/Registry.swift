package import Config
import Collectors
import LogRules
import LogSources
package import Pipeline
package import Scraping
import Sinks

/// Every component that this build knows, in the order in which the reference shows them.
///
/// Adding one is its file, its line here and its test.
package enum Registry {
    /// `node.collectors`.
    package static let nodeCollectors: [CollectorRegistration] = [
        .collector(
            CPUCollector.self,
            "CPU time by mode, throttling, isolated and online CPUs (/proc/stat, /sys).",
        ),
        .collector(ClockAdjustmentCollector.self, "The kernel clock's state (adjtimex)."),
        .collector(ConntrackCollector.self, "Tracked connections (/proc/sys/net/netfilter)."),
        .collector(DiskCollector.self, "Disk throughput, operations and times (/proc/diskstats)."),
        .collector(EntropyCollector.self, "The random pool (/proc/sys/kernel/random)."),
        .collector(
            FileHandleCollector.self,
            "Open file handles of the host (/proc/sys/fs/file-nr).",
        ),
        .collector(
            FilesystemCollector.self,
            "Size, free space and inodes of mounted file systems (statfs).",
        ),
        .collector(KernelHungCollector.self, "Tasks that the kernel found hanging."),
        .collector(LoadAverageCollector.self, "Load averages (/proc/loadavg)."),
        .collector(MemoryInfoCollector.self, "Memory (/proc/meminfo)."),
        .collector(NeighborCollector.self, "ARP entries by device (rtnetlink or /proc/net/arp)."),
        .collector(
            NetworkDeviceCollector.self,
            "Traffic and errors of network devices (rtnetlink or /proc/net/dev).",
        ),
        .collector(
            NetworkInterfaceCollector.self,
            "State and settings of network devices (/sys/class/net).",
        ),
        .collector(OSReleaseCollector.self, "The distribution (/etc/os-release)."),
        .collector(PressureCollector.self, "Stalls for CPU, memory and I/O (/proc/pressure)."),
        .collector(
            ProtocolCollector.self,
            "IP, TCP, UDP and ICMP counters (/proc/net/netstat, snmp).",
        ),
        .collector(SchedulerCollector.self, "Time on and waiting for CPUs (/proc/schedstat)."),
        .collector(SocketCollector.self, "Sockets in use (/proc/net/sockstat)."),
        .collector(SoftnetCollector.self, "Packets in the receive path (/proc/net/softnet_stat)."),
        .collector(
            StatCollector.self,
            "Interrupts, context switches, forks, boot time (/proc/stat).",
        ),
        .collector(
            ThermalZoneCollector.self,
            "Temperatures and cooling devices (/sys/class/thermal).",
        ),
        .collector(TimeCollector.self, "The host's time, time zone and clock sources."),
        .collector(UDPQueueCollector.self, "Bytes in UDP sockets' queues (/proc/net/udp)."),
        .collector(UnameCollector.self, "The kernel's name and release."),
        .collector(VirtualMemoryCollector.self, "Paging and faults (/proc/vmstat)."),
    ]

    /// `pods.collectors`.
    package static let podCollectors: [CollectorRegistration] = [
        .collector(PodInfoCollector.self, "What pods are: node, owner, addresses, times."),
        .collector(PodStatusCollector.self, "How pods are: phase, conditions, reasons."),
        .collector(
            PodContainerCollector.self,
            "How containers are: state, restarts, waiting and terminated reasons.",
        ),
        .collector(PodResourceCollector.self, "What containers request and are limited to."),
        .collector(PodVolumeCollector.self, "Persistent volume claims of pods."),
        .collector(PodTolerationCollector.self, "The taints that pods tolerate."),
        .collector(NodeInfoCollector.self, "What this node is: versions, roles, taints."),
        .collector(NodeStatusCollector.self, "How this node is: conditions, resources."),
        .collector(LabelCollector.self, "Labels of pods and of this node that are asked for."),
        .collector(
            AnnotationCollector.self,
            "Annotations of pods and of this node that are asked for.",
        ),
    ]

    /// `scrape_configs[].NAME_sd_configs`.
    package static let discoveries: [DiscoveryRegistration] = [
        .discovery(FileDiscovery.self, "Targets from files in JSON or YAML."),
        .discovery(HTTPDiscovery.self, "Targets from a URL, in JSON."),
        .discovery(DNSDiscovery.self, "Targets from the records of a name."),
        .discovery(KubernetesDiscovery.self, "Targets from the objects of a cluster."),
    ]

    /// `logs.sources`, by `type`.
    package static let logSources: [ConfigVariant<LogComponent<any LogSource>>] = [
        .source(FileLogSource.self, "Files by path, such as /var/log/*.log."),
        .source(KubernetesLogSource.self, "The logs of this node's containers."),
        .source(JournalLogSource.self, "What systemd's journald has written down."),
        .source(KernelLogSource.self, "What the kernel says."),
        .source(PodVolumeLogSource.self, "Log files in the emptyDir volumes of this node's pods."),
        .source(AuditLogSource.self, "Audit logs of an API server on this node."),
        .source(
            KubernetesEventSource.self,
            "What the cluster reports about this node and its pods.",
        ),
    ]

    /// `logs.sinks`, by `type`.
    package static let logSinks: [ConfigVariant<LogComponent<any LogSink>>] = [
        .sink(ConsoleSink.self, "Standard output, one JSON object a line."),
        .sink(ElasticsearchSink.self, "Elasticsearch or OpenSearch, by the bulk API."),
    ]

    /// `logs.rules[].steps`, by `type`.
    package static let logSteps: [ConfigVariant<LogComponent<any LogStep>>] = [
        .step(JSONStep.self, "Takes a body that is one JSON object apart into fields."),
        .step(LogfmtStep.self, "Takes the key=value pairs of a body into fields."),
        .step(RegexStep.self, "Takes the named groups of a regular expression into fields."),
        .step(NginxStep.self, "Takes lines of nginx's access log apart (common, combined)."),
        .step(ApacheStep.self, "Takes lines of Apache's access log apart (common, combined)."),
        .step(KlogStep.self, "Takes lines of Kubernetes's own programs apart."),
        .step(SyslogStep.self, "Takes lines of syslog apart (RFC 3164 and 5424)."),
        .step(SeverityStep.self, "Finds out how grave a record is."),
        .step(TimeStep.self, "Takes the record's time from a field or from the text."),
        .step(TraceStep.self, "Lifts the ids of trace and span out of fields."),
        .step(KeepStep.self, "Lets only records through that are as conditions say."),
        .step(DropStep.self, "Leaves records out that are as conditions say."),
        .step(SampleStep.self, "Lets one of so many records through."),
        .step(RenameStep.self, "Gives fields other names."),
        .step(AddStep.self, "Gives every record further fields."),
        .step(RemoveStep.self, "Takes fields away."),
        .step(MaskStep.self, "Replaces secrets in the text and in the fields."),
        .step(CountStep.self, "Makes a metric of records."),
    ]

    /// What annotations of pods may name as a parser.
    ///
    /// Fluent Bit's names for its own parsers mean the ones here that do the same.
    package static let logParsers: [String: LogComponent<any LogStep>] = {
        let json = Self.parser(JSONStep.self, .init())
        let apache = Self.parser(ApacheStep.self, .init())
        let nginx = Self.parser(NginxStep.self, .init())
        let klog = Self.parser(KlogStep.self, .init())
        let rfc3164 = Self.parser(SyslogStep.self, .init(format: .rfc3164))
        return [
            "json": json, "docker": json,
            "logfmt": Self.parser(LogfmtStep.self, .init()),
            "nginx": nginx, "k8s-nginx-ingress": nginx,
            "apache": apache, "apache2": apache,
            "klog": klog, "glog": klog,
            "syslog": Self.parser(SyslogStep.self, .init()),
            "syslog-rfc3164": rfc3164, "rfc3164": rfc3164,
            "syslog-rfc5424": Self.parser(SyslogStep.self, .init(format: .rfc5424)),
            "rfc5424": Self.parser(SyslogStep.self, .init(format: .rfc5424)),
        ]
    }()

    private static func parser<Step: LogStep>(
        _ type: Step.Type,
        _ options: Step.Options,
    ) -> LogComponent<any LogStep> {
        let name = Step.name.rawValue
        return LogComponent(name: name, type: name) { context throws(ConfigError) in
            try Step(options, in: context)
        }
    }

    /// The types of components that the section `logs` knows.
    package static var logTypes: LogsOptions.Types {
        LogsOptions.Types(
            sources: Self.logSources,
            sinks: Self.logSinks,
            steps: Self.logSteps,
            parsers: Self.logParsers,
        )
    }
}
