import AgentTesting
import Config
import Telemetry
import Testing

@testable import Scraping

@Suite struct FileDiscoveryTests {
    private static func discovery(
        _ bench: DiscoveryBench,
        _ files: String...,
    ) throws -> FileDiscovery {
        let list = files.map { "\"\($0)\"" }.joined(separator: ", ")
        let (options, report) = try DiscoveryBench.options(
            FileDiscovery.Options.self,
            "{files: [\(list)]}",
        )
        guard let options else { throw DiscoveryFailure("\(report)") }
        return FileDiscovery(options, in: bench.context())
    }

    @Test func changesAreSeenWithinSeconds() async throws {
        let folder = try TemporaryFolder()
        let bench = DiscoveryBench()
        let one = try folder.replace(
            "one.json",
            #"[{"targets":["a:1","b:1"],"labels":{"zone":"x"}}]"#,
        )
        try folder.replace("two.yml", "- targets: ['c:1']\n  labels: {port: 80, '${NAME}': $x}\n")
        try folder.replace("no.txt", "neither")
        let discovery = try Self.discovery(bench, "\(folder.path)/*.json", "\(folder.path)/*.yml")
        try await bench.running(discovery) {
            #expect(await bench.step(.zero))
            #expect(bench.addresses == ["a:1", "b:1", "c:1"])
            #expect(
                bench.targets[0] == ["__address__": "a:1", "__meta_filepath": one, "zone": "x"]
            )
            #expect(bench.targets.last?["port"] == "80" && bench.targets.last?["${NAME}"] == "$x")
            #expect(Set(bench.groups.keys) == ["\(one):0", "\(folder.path)/two.yml:0"])
            let updates = bench.updateCount
            #expect(await bench.step(FileDiscovery.lookInterval))
            #expect(bench.updateCount == updates, "nothing has changed")
            try folder.replace("one.json", #"[{"targets":["d:1"]},{"targets":["e:1"]}]"#)
            try folder.replace("three.json", #"[{"targets":["f:1"]}]"#)
            #expect(await bench.step(FileDiscovery.lookInterval))
            #expect(bench.addresses == ["c:1", "d:1", "e:1", "f:1"])
            try folder.replace("one.json", #"[{"targets":["d:1"]}]"#)
            #expect(await bench.step(FileDiscovery.lookInterval))
            #expect(bench.addresses == ["c:1", "d:1", "f:1"])
        }
    }

    @Test func aDamagedFileKeepsItsTargetsAndALostOneDoesNot() async throws {
        let folder = try TemporaryFolder()
        let bench = DiscoveryBench()
        let path = try folder.replace("t.json", #"[{"targets":["a:1"]}]"#)
        try folder.replace("u.json", #"[{"targets":["b:1"]}]"#)
        try await bench.running(try Self.discovery(bench, "\(folder.path)/*.json")) {
            #expect(await bench.step(.zero))
            #expect(bench.addresses == ["a:1", "b:1"])
            try folder.replace("t.json", #"[{"targets":["a:1", "#)
            #expect(await bench.step(FileDiscovery.lookInterval))
            #expect(bench.addresses == ["a:1", "b:1"])
            #expect(bench.metric("prometheus_sd_file_read_errors_total") == 1)
            folder.remove("u.json")
            #expect(await bench.step(FileDiscovery.lookInterval))
            #expect(bench.addresses == ["a:1"])
            try folder.replace("t.json", #"[{"targets":["c:1"]}]"#)
            #expect(await bench.step(FileDiscovery.lookInterval))
            #expect(bench.addresses == ["c:1"])
            folder.remove("t.json")
            #expect(await bench.step(FileDiscovery.lookInterval))
            #expect(bench.addresses.isEmpty, "\(path)")
        }
    }

    @Test(
        arguments: [
            ("t.json", "[{\"target\": []}]"), ("t.yml", "- {target: []}"),
            ("t.yml", "targets: [a]"),
            ("t.yml", "- targets: {a: b}"), ("t.yml", "- targets: [a]\n labels: x"),
            ("t.json", ""), ("t.yaml", "- targets: [[a]]"), ("t.yaml", "- x"),
        ]
    )
    func filesThatAreNoneAreRefused(_ path: String, _ text: String) {
        let bytes = Array(text.utf8)
        #expect(throws: DiscoveryFailure.self) {
            try Self.read(bytes, path)
        }
    }

    @Test func anEmptyYAMLFileHasNoTargets() throws {
        #expect(try Self.read([], "t.yml").isEmpty)
        #expect(try Self.read(Array("# none\n".utf8), "t.yml").isEmpty)
        #expect(try Self.read(Array("[]".utf8), "t.YAML").isEmpty)
    }

    private static func read(
        _ bytes: [UInt8],
        _ path: String,
    ) throws(DiscoveryFailure) -> [TargetGroup] {
        try TargetGroupFile.read(bytes.span, path: path)
    }

    @Test(
        arguments: [
            ("{files: [t.json, 'd/*.yml', /x/a*b.YAML]}", true), ("{files: [t.txt]}", false),
            ("{files: ['*/t.json']}", false), ("{}", false), ("{files: [t]}", false),
            ("{files: [t.json], refresh_interval: 0s}", false),
        ]
    )
    func namesOfFilesAreChecked(_ yaml: String, _ isRight: Bool) throws {
        let (options, report) = try DiscoveryBench.options(
            FileDiscovery.Options.self,
            yaml,
            file: "/etc/martlet/martlet.yaml",
        )
        #expect((options != nil && !report.hasErrors) == isRight, "\(report)")
        if isRight {
            #expect(
                options?.files == [
                    "/etc/martlet/t.json", "/etc/martlet/d/*.yml", "/x/a*b.YAML",
                ]
            )
            #expect(options?.refreshInterval == .seconds(300))
        }
    }
}
