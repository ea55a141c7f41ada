import Collectors
import Host
import Pipeline
import Testing

/// Files that are missing, empty, or not what the kernel documents.
@Suite struct BadInputTests {
    /// One collector and the file without which it has nothing.
    struct Case: Sendable, CustomTestStringConvertible {
        let file: String
        let collect: @Sendable (HostRoots) throws -> Round

        var testDescription: String { self.file }

        static func of<C: Collector & ~Copyable>(
            _ type: C.Type,
            _ file: String,
            _ yaml: String = "{}",
        ) -> Case {
            Case(file: file) { try CollectorsTests.collect(type, yaml, roots: $0) }
        }
    }

    static let cases: [Case] = [
        .of(CPUCollector.self, "proc/stat"),
        .of(CPUCollector.self, "proc/cpuinfo", "{info: true}"),
        .of(MemoryInfoCollector.self, "proc/meminfo"),
        .of(LoadAverageCollector.self, "proc/loadavg"),
        .of(DiskCollector.self, "proc/diskstats"),
        .of(FilesystemCollector.self, "proc/self/mountinfo"),
        .of(NetworkDeviceCollector.self, "proc/net/dev", "{netlink: false}"),
        .of(StatCollector.self, "proc/stat"),
        .of(VirtualMemoryCollector.self, "proc/vmstat"),
        .of(FileHandleCollector.self, "proc/sys/fs/file-nr"),
        .of(ProtocolCollector.self, "proc/net/netstat"),
        .of(SoftnetCollector.self, "proc/net/softnet_stat"),
        .of(EntropyCollector.self, "proc/sys/kernel/random/entropy_avail"),
        .of(NeighborCollector.self, "proc/net/arp", "{netlink: false}"),
    ]

    @Test(arguments: Self.cases)
    func aMissingFileIsNamed(_ item: Case) throws {
        let tree = try HostTree()
        let error = try #require(item.collect(tree.roots).error)
        #expect(error.kind == .failed)
        #expect(error.message.contains("\(tree.path)/\(item.file)"))
        #expect(error.message.contains("no such file or directory"))
    }

    @Test(arguments: Self.cases, ["garbage", "\u{0}\n\u{1}\n", ":::\n- - -\n"])
    func whatCanNotBeUnderstoodIsQuoted(_ item: Case, _ text: String) throws {
        let tree = try HostTree([item.file: text])
        let error = try #require(item.collect(tree.roots).error)
        #expect(error.kind == .failed)
        #expect(error.message.contains("cannot understand \(tree.path)/\(item.file)"))
        #expect(error.message.contains("expected"))
    }

    /// A machine without block devices has an empty table; all others must have something.
    @Test(arguments: Self.cases.filter { $0.file != "proc/diskstats" })
    func anEmptyFileIsAnError(_ item: Case) throws {
        let tree = try HostTree([item.file: ""])
        let error = try #require(item.collect(tree.roots).error)
        #expect(error.message.contains("found nothing"))
    }

    @Test func aLongLineIsQuotedInPart() throws {
        let tree = try HostTree(["proc/loadavg": String(repeating: "x", count: 4000)])
        let error = try #require(collect(LoadAverageCollector.self, roots: tree.roots).error)
        #expect(error.message.utf8.count < 300)
    }
}
