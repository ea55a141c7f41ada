import Foundation
import Host

/// node_exporter's own end-to-end test: its input, and the exposition it expects.
struct NodeExporterFixtures {
    /// The variable that names the folder with recorded data.
    static let variable = "MARTLET_FIXTURES"

    /// The folder, when the variable is set.
    static var folder: String? {
        ProcessInfo.processInfo.environment[Self.variable].map { $0 + "/node_exporter" }
    }

    /// Where the recorded `/proc` is, and the unpacked `/sys` and udev data.
    let roots: HostRoots
    /// The expected families by name, each with HELP, TYPE and samples.
    let families: [String: String]
    private let unpacked: HostTree

    /// Reads what is in `folder`; unpacks the archives only where they are needed.
    init(_ folder: String, unpacking: Bool) throws {
        self.unpacked = try HostTree()
        if unpacking {
            try Self.unpack(folder + "/sys.ttar", into: self.unpacked)
            try Self.unpack(folder + "/udev.ttar", into: self.unpacked)
        }
        self.roots = HostRoots(
            procfs: folder + "/proc",
            sysfs: self.unpacked.path + "/sys",
            rootfs: folder,
            udevData: self.unpacked.path + "/udev/data",
        )
        let output = try String(contentsOfFile: folder + "/e2e-output.txt", encoding: .utf8)
        self.families = Self.families(in: output)
    }

    /// Splits an exposition into its families.
    static func families(in text: String) -> [String: String] {
        var families: [String: String] = [:]
        var name = ""
        for line in text.split(separator: "\n") {
            if line.hasPrefix("# HELP ") {
                name = String(line.dropFirst(7).prefix { $0 != " " })
            }
            families[name, default: ""] += line + "\n"
        }
        return families
    }

    /// Unpacks a text archive: `Directory:`, `Path:` with `Lines:` or `SymlinkTo:`, `Mode:`.
    private static func unpack(_ archive: String, into tree: HostTree) throws {
        let text = try Array(Data(contentsOf: URL(fileURLWithPath: archive)))
        let lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        var index = 0
        var path = ""
        while index < lines.count {
            let line = String(decoding: lines[index], as: UTF8.self)
            index += 1
            if line.hasPrefix("Path: ") {
                path = String(line.dropFirst(6))
            } else if line.hasPrefix("Directory: ") {
                try tree.makeFolder(String(line.dropFirst(11)))
            } else if line.hasPrefix("SymlinkTo: ") {
                try tree.link(path, to: String(line.dropFirst(11)))
            } else if line.hasPrefix("Lines: "), let count = Int(line.dropFirst(7)) {
                let body = lines[index..<(index + count)].joined(separator: [0x0a])
                index += count
                let content = String(
                    decoding: Array(body) + (count > 0 ? [0x0a] : []),
                    as: UTF8.self,
                )
                .replacingOccurrences(of: "NULLBYTE", with: "\0")
                .replacingOccurrences(of: "EOF\n", with: "")
                try tree.write(content, to: path)
            }
        }
    }
}
