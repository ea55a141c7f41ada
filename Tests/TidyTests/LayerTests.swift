import Testing

/// The direction of imports: strictly downward, components never beside each other.
@Suite struct LayerTests {
    /// A target may import those of lower rank only; equal ranks don't know each other.
    private static let ranks: [String: Int] = [
        "CLinux": 0, "CCurl": 0, "CSystemd": 0, "CSnappy": 0, "CYAML": 0, "CRE2": 0,
        "CZlib": 0,
        "Bytes": 1,
        "Patterns": 2, "Telemetry": 2, "Host": 2,
        "Codecs": 3, "Config": 3,
        "Pipeline": 4,
        "Kubernetes": 5,
        "Collectors": 6, "Scraping": 6, "LogSources": 6, "LogRules": 6, "Sinks": 6,
        "Transport": 6,
        "Agent": 7,
        "Martlet": 8,
    ]

    /// Libraries that one target alone may import, so that they can be replaced in one place.
    private static let owners: [String: String] = [
        "CCurl": "Transport",
        "NIOCore": "Transport", "NIOPosix": "Transport", "NIOHTTP1": "Transport",
        "CSnappy": "Codecs", "CZlib": "Codecs", "CYAML": "Config", "CRE2": "Patterns",
        "CSystemd": "Host", "ArgumentParser": "Martlet",
        "UnixSignals": "Agent",
    ]

    @Test func importsPointDownward() throws {
        for file in try SourceTree.files(below: "Sources") {
            let rank = try #require(Self.ranks[file.target], "no rank for \(file.target)")
            for (module, line) in file.imports {
                guard let other = Self.ranks[module] else { continue }
                #expect(other < rank, "\(file.path):\(line) imports \(module)")
            }
        }
    }

    @Test func librariesHaveOneOwner() throws {
        for file in try SourceTree.files(below: "Sources") {
            for (module, line) in file.imports {
                guard let owner = Self.owners[module] else { continue }
                #expect(owner == file.target, "\(file.path):\(line) imports \(module)")
            }
        }
    }

    @Test func foundationStaysOut() throws {
        for file in try SourceTree.files(below: "Sources") {
            for (module, line) in file.imports {
                #expect(module != "Foundation", "\(file.path):\(line) imports Foundation")
            }
        }
    }
}
