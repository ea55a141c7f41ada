import Host

/// CPU times that never go back.
///
/// The kernel's own may: idle and iowait are estimated for each reader. A smaller value is held at
/// the last one, unless idle falls by so much that the CPU must have been taken away and come back.
/// Source: node_exporter, `collector/cpu_linux.go`.
struct MonotonicCPUTimes: Sendable {
    /// By how many seconds idle falls when a CPU was replaced.
    private static let hotplugSeconds = 3.0

    /// The times to show, in the order they were given.
    private(set) var cpus: [ProcStat.CPU] = []

    /// Takes the next reading; CPUs that are not in it are forgotten.
    mutating func update(with fresh: [ProcStat.CPU]) {
        for (index, cpu) in fresh.enumerated() {
            // Readings come in the same order but after a CPU came or went.
            if index < self.cpus.count, self.cpus[index].number == cpu.number {
                self.cpus[index] = Self.merged(self.cpus[index], cpu)
            } else if let old = self.cpus.dropFirst(index).first(where: { $0.number == cpu.number })
            {
                self.cpus.insert(Self.merged(old, cpu), at: index)
            } else {
                self.cpus.insert(cpu, at: index)
            }
        }
        self.cpus.removeLast(self.cpus.count - fresh.count)
    }

    private static func merged(_ old: ProcStat.CPU, _ new: ProcStat.CPU) -> ProcStat.CPU {
        if old[.idle] - new[.idle] >= Self.hotplugSeconds { return new }
        var merged = new
        for mode in ProcStat.Mode.allCases where merged[mode] < old[mode] {
            merged[mode] = old[mode]
        }
        return merged
    }
}
