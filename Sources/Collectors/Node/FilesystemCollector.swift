import Bytes
package import Codecs
package import Config
import Host
package import Pipeline

/// How full the mounted file systems are.
package struct FilesystemCollector: Collector, ~Copyable {
    package static let name: ComponentName = "filesystem"
    package static var canWait: Bool { true }

    private let options: Options
    private let roots: HostRoots
    private let probes: MountProbes
    private var file = FileReader(keepsOpen: true)
    private var mounts: [CoveredMount] = []
    /// The mounts that may hang.
    private var paths: [String] = []
    /// The mount table that `mounts` was made of.
    private var table: [UInt8]?

    package init(_ options: Options, in context: ComponentContext) throws(ConfigError) {
        self.options = options
        self.roots = context.roots
        self.probes = MountProbes(workers: options.statWorkers)
    }

    package mutating func collect(into metrics: inout MetricWriter) throws(CollectError) {
        let answers: [MountProbes.Answer]
        do {
            try self.readTable()
            answers = try self.ask()
        } catch {
            throw CollectError(error)
        }
        self.write(answers, into: &metrics)
    }

    /// Reads the mount table; works it out again only when it has changed.
    private mutating func readTable() throws(HostError) {
        var path = self.roots.procfs + "/1/mountinfo"
        do {
            try self.file.load(path)
        } catch  where error.isMissing || error.code == .notPermitted {
            // Other processes are hidden (hidepid), so this process's own table has to do.
            path = self.roots.procfs + "/self/mountinfo"
            try self.file.load(path)
        }
        if let table = self.table, self.file.contents.span.equals(table.span) { return }
        let mounts: [Mount]
        do {
            mounts = try Mount.table(parsing: self.file.contents.span)
        } catch {
            throw .malformed(path, error)
        }
        self.table = self.file.contents.array
        self.mounts = CoveredMount.all(of: mounts, self.options, rootfs: self.roots.rootfs)
        self.paths = self.mounts.filter { !$0.isPrompt }.map(\.path)
    }

    /// Asks every mount, those that may hang on other threads; in the order of `mounts`.
    private func ask() throws(HostError) -> [MountProbes.Answer] {
        let slow = try self.probes.answers(of: self.paths, within: self.options.mountTimeout)
        var next = 0
        return self.mounts.map { mount in
            if mount.isPrompt { return MountProbes.answer(of: mount.path) }
            next += 1
            return slow[next - 1]
        }
    }

    private func write(_ answers: [MountProbes.Answer], into metrics: inout MetricWriter) {
        self.write(.deviceError, answers, into: &metrics) { _, answer in
            if case .usage = answer { 0 } else { 1 }
        }
        self.write(.readOnly, answers, into: &metrics) { mount, answer in
            // Of a mount that hangs nothing is known, as in node_exporter.
            if case .timedOut = answer { 0 } else { mount.isReadOnly ? 1 : 0 }
        }
        for (family, value) in FilesystemFamily.usage {
            self.write(family, answers, into: &metrics) { _, answer in
                if case .usage(let usage) = answer { value(usage) } else { nil }
            }
        }
        metrics.family(FilesystemFamily.mountInfo.family)
        for (mount, answer) in zip(self.mounts, answers) {
            guard case .usage = answer else { continue }
            metrics.sample(1) { labels in
                labels.add("device", mount.device)
                labels.add("major", mount.major)
                labels.add("minor", mount.minor)
                labels.add("mountpoint", mount.mountPoint)
            }
        }
    }

    private func write(
        _ family: FilesystemFamily,
        _ answers: [MountProbes.Answer],
        into metrics: inout MetricWriter,
        _ value: (CoveredMount, MountProbes.Answer) -> Double?,
    ) {
        metrics.family(family.family)
        for (mount, answer) in zip(self.mounts, answers) {
            guard let value = value(mount, answer) else { continue }
            metrics.sample(value) { labels in
                labels.add("device", mount.device)
                labels.add("device_error", answer.errorText)
                labels.add("fstype", mount.type)
                labels.add("mountpoint", mount.mountPoint)
            }
        }
    }
}

extension MountProbes.Answer {
    /// The label `device_error`.
    fileprivate var errorText: String {
        switch self {
        case .usage: ""
        case .failed(let code): code.text
        case .timedOut: "mountpoint timeout"
        }
    }
}
