import Bytes
import Codecs
import Host
import Patterns

/// Writes what `/proc/cpuinfo` says of the CPUs.
struct CPUInfoWriter: Sendable {
    private let path: String
    private let flags: Pattern?
    private let bugs: Pattern?
    private let withFrequency: Bool

    /// Shows those flags and bugs of the first CPU that the patterns match.
    init(path: String, flags: Pattern?, bugs: Pattern?, withFrequency: Bool) {
        self.path = path
        self.flags = flags
        self.bugs = bugs
        self.withFrequency = withFrequency
    }

    /// Reads the file and writes its families.
    func write(
        with file: inout FileReader,
        into metrics: inout MetricWriter,
    ) throws(HostError) {
        try file.load(self.path) { text throws(FormatError) in
            try CPUInfo.visit(text) { index, cpu in
                self.write(cpu, text, into: &metrics)
                if index > 0 { return }
                self.writeWords(
                    text.extracting(cpu[.flags]),
                    self.flags,
                    MetricFamily(
                        "node_cpu_flag_info",
                        .gauge,
                        "The `flags` field of CPU information from /proc/cpuinfo taken from the "
                            + "first core.",
                    ),
                    label: "flag",
                    into: &metrics,
                )
                self.writeWords(
                    text.extracting(cpu[.bugs]),
                    self.bugs,
                    MetricFamily(
                        "node_cpu_bug_info",
                        .gauge,
                        "The `bugs` field of CPU information from /proc/cpuinfo taken from the "
                            + "first core.",
                    ),
                    label: "bug",
                    into: &metrics,
                )
            }
        }
    }

    private func write(_ cpu: CPUInfo, _ text: Span<UInt8>, into metrics: inout MetricWriter) {
        metrics.family("node_cpu_info", .gauge, "CPU information from /proc/cpuinfo.")
        metrics.sample(1) { labels in
            labels.add("cachesize", text.extracting(cpu[.cacheSize]))
            labels.add("core", text.extracting(cpu[.core]))
            labels.add("cpu", cpu.number)
            labels.add("family", text.extracting(cpu[.family]))
            labels.add("microcode", text.extracting(cpu[.microcode]))
            labels.add("model", text.extracting(cpu[.model]))
            labels.add("model_name", text.extracting(cpu[.modelName]))
            labels.add("package", text.extracting(cpu[.package]))
            labels.add("stepping", text.extracting(cpu[.stepping]))
            labels.add("vendor", text.extracting(cpu[.vendor]))
        }
        if !self.withFrequency { return }
        metrics.family(
            "node_cpu_frequency_hertz",
            .gauge,
            "CPU frequency in hertz from /proc/cpuinfo.",
        )
        metrics.sample(cpu.megahertz * 1e6) { labels in
            labels.add("core", text.extracting(cpu[.core]))
            labels.add("cpu", cpu.number)
            labels.add("package", text.extracting(cpu[.package]))
        }
    }

    private func writeWords(
        _ words: Span<UInt8>,
        _ pattern: Pattern?,
        _ family: MetricFamily,
        label: String,
        into metrics: inout MetricWriter,
    ) {
        guard let pattern else { return }
        metrics.family(family)
        var position = 0
        while let field = words.nextField(&position, words.count) {
            let word = words.extracting(field)
            if pattern.matches(word) { metrics.sample(1) { $0.add(label, word) } }
        }
    }
}
