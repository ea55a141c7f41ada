// swift-tools-version: 6.3
import PackageDescription

// The layers, from the bottom up. Direction is strictly downward; `Tests/TidyTests` holds every
// `import` against this list. See docs/ARCHITECTURE.md.
let package = Package(
    name: "martlet",
    products: [
        .executable(name: "martlet", targets: ["Martlet"])
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(
            url: "https://github.com/swift-server/swift-service-lifecycle",
            from: "2.13.0",
        ),
    ],
    targets: [
        // C: shims and system libraries, one target each.
        .target(name: "CLinux"),
        .systemLibrary(
            name: "CCurl",
            pkgConfig: "libcurl",
            providers: [.apt(["libcurl4-openssl-dev"])],
        ),
        .systemLibrary(
            name: "CSystemd",
            pkgConfig: "libsystemd",
            providers: [.apt(["libsystemd-dev"])],
        ),
        .systemLibrary(name: "CSnappy", providers: [.apt(["libsnappy-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(
            name: "CYAML",
            pkgConfig: "yaml-0.1",
            providers: [.apt(["libyaml-dev"])],
        ),
        .target(name: "CRE2", linkerSettings: [.linkedLibrary("re2")]),

        // Pure core.
        .target(
            name: "Bytes",
            swiftSettings: [.enableExperimentalFeature("Lifetimes")],
        ),
        .target(name: "Patterns", dependencies: ["Bytes", "CRE2"]),
        .target(name: "Telemetry", dependencies: ["Bytes"]),
        .target(
            name: "Codecs",
            dependencies: ["Bytes", "Patterns", "Telemetry", "CSnappy", "CZlib"],
            swiftSettings: [.enableExperimentalFeature("Lifetimes")],
        ),
        .target(name: "Host", dependencies: ["Bytes", "CLinux", "CSystemd"]),
        .target(name: "Config", dependencies: ["Bytes", "Patterns", "CYAML"]),

        // Contracts and their drivers.
        .target(
            name: "Pipeline",
            dependencies: [
                "Bytes", "Patterns", "Telemetry", "Codecs", "Config", "Host", "CLinux",
                .product(name: "Logging", package: "swift-log"),
            ],
        ),

        // What the cluster knows, shared by the components.
        .target(
            name: "Kubernetes",
            dependencies: [
                "Bytes", "Telemetry", "Codecs", "Config", "Pipeline",
                .product(name: "Logging", package: "swift-log"),
            ],
        ),

        // Components.
        .target(
            name: "Collectors",
            dependencies: ["Bytes", "Patterns", "Codecs", "Config", "Pipeline", "Host"],
        ),
        .target(
            name: "Scraping",
            dependencies: [
                "Bytes", "Patterns", "Telemetry", "Codecs", "Config", "Pipeline", "Kubernetes",
                .product(name: "Logging", package: "swift-log"),
            ],
        ),
        .target(
            name: "LogSources",
            dependencies: [
                "Bytes", "Patterns", "Telemetry", "Codecs", "Config", "Pipeline", "Host",
                "CLinux",
                .product(name: "Logging", package: "swift-log"),
            ],
        ),
        .target(
            name: "LogRules",
            dependencies: ["Bytes", "Patterns", "Telemetry", "Codecs", "Config", "Pipeline"],
            swiftSettings: [.enableExperimentalFeature("Lifetimes")],
        ),
        .target(
            name: "Sinks",
            dependencies: [
                "Bytes", "Patterns", "Telemetry", "Codecs", "Config", "Pipeline",
                .product(name: "Logging", package: "swift-log"),
            ],
        ),

        // Sockets.
        .target(
            name: "Transport",
            dependencies: [
                "Bytes", "Codecs", "Config", "Pipeline", "CCurl", "CLinux",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "Logging", package: "swift-log"),
            ],
        ),

        // The whole.
        .target(
            name: "Agent",
            dependencies: [
                "Bytes", "Patterns", "Telemetry", "Codecs", "Host", "Config", "Pipeline",
                "Kubernetes", "Collectors", "Scraping", "LogSources", "LogRules", "Sinks",
                "Transport",
                "CLinux",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
        ),
        .executableTarget(
            name: "Martlet",
            dependencies: [
                "Agent", "Config",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            linkerSettings: [
                // The toolchain's own linker: relative relocations in packed form are a twentieth of
                // the size and leave fewer pages resident; it links in seconds, too.
                .unsafeFlags(
                    ["-use-ld=lld", "-Xlinker", "-z", "-Xlinker", "pack-relative-relocs"],
                    .when(platforms: [.linux]),
                )
            ],
        ),

        // Tests mirror targets one to one.
        .target(
            name: "AgentTesting",
            dependencies: [
                "Bytes", "Telemetry", "Codecs", "Config", "Pipeline", "Kubernetes",
            ],
            path: "Tests/AgentTesting",
        ),
        .target(name: "RandomTesting", path: "Tests/RandomTesting"),
        .testTarget(name: "BytesTests", dependencies: ["Bytes", "RandomTesting"]),
        .testTarget(name: "PatternsTests", dependencies: ["Patterns", "Bytes", "RandomTesting"]),
        .testTarget(name: "TelemetryTests", dependencies: ["Telemetry", "Bytes"]),
        .testTarget(
            name: "CodecsTests",
            dependencies: [
                "Codecs", "Patterns", "Telemetry", "Bytes", "AgentTesting", "RandomTesting",
            ],
        ),
        .testTarget(name: "HostTests", dependencies: ["Host", "Bytes", "CLinux"]),
        .testTarget(name: "ConfigTests", dependencies: ["Config", "Patterns", "RandomTesting"]),
        .testTarget(
            name: "PipelineTests",
            dependencies: [
                "Pipeline", "AgentTesting", "RandomTesting", "Bytes", "Telemetry", "Codecs",
                "Config",
                .product(name: "Logging", package: "swift-log"),
            ],
        ),
        .testTarget(
            name: "KubernetesTests",
            dependencies: [
                "Kubernetes", "AgentTesting", "RandomTesting", "Bytes", "Telemetry", "Codecs",
                "Config", "Pipeline",
                .product(name: "Logging", package: "swift-log"),
            ],
        ),
        .testTarget(
            name: "CollectorsTests",
            dependencies: [
                "Collectors", "AgentTesting", "Bytes", "Codecs", "Config", "Host", "Pipeline",
                .product(name: "Logging", package: "swift-log"),
            ],
        ),
        .testTarget(
            name: "ScrapingTests",
            dependencies: [
                "Scraping", "AgentTesting", "RandomTesting", "Bytes", "Patterns", "Telemetry",
                "Codecs", "Config", "Pipeline", "Kubernetes",
            ],
        ),
        .testTarget(
            name: "LogSourcesTests",
            dependencies: [
                "LogSources", "AgentTesting", "RandomTesting", "Bytes", "Telemetry", "Codecs",
                "Config", "Host", "Pipeline",
                .product(name: "Logging", package: "swift-log"),
            ],
        ),
        .testTarget(
            name: "LogRulesTests",
            dependencies: [
                "LogRules", "AgentTesting", "RandomTesting", "Bytes", "Telemetry", "Codecs",
                "Config", "Pipeline",
                .product(name: "Logging", package: "swift-log"),
            ],
        ),
        .testTarget(
            name: "SinksTests",
            dependencies: [
                "Sinks", "AgentTesting", "Bytes", "Telemetry", "Codecs", "Config", "Pipeline",
                .product(name: "Logging", package: "swift-log"),
            ],
        ),
        .testTarget(
            name: "TransportTests",
            dependencies: ["Transport", "AgentTesting", "Bytes", "Config", "Pipeline"],
        ),
        .testTarget(
            name: "AgentTests",
            dependencies: ["Agent", "AgentTesting", "Bytes", "Config", "Pipeline"],
        ),
        .testTarget(name: "TidyTests"),
    ],
    swiftLanguageModes: [.v6],
    cxxLanguageStandard: .cxx17,
)

/// The fuzzers (see Fuzz/README.md) and what each of them reads; only there when they are asked for.
let fuzzers: [(name: String, dependencies: [Target.Dependency])] = [
    ("FuzzBulkResponse", ["Codecs"]),
    ("FuzzLogLines", ["Codecs", "Telemetry"]),
    ("FuzzCheckpoints", ["Pipeline", "Telemetry"]),
    ("FuzzConfig", ["Config", "Pipeline", "Scraping", "Sinks"]),
    ("FuzzDNS", ["Codecs"]),
    ("FuzzExposition", ["Codecs", "Telemetry"]),
    ("FuzzFields", ["Codecs", "LogSources", "Pipeline", "Telemetry"]),
    ("FuzzHTTPClient", ["Codecs", "Pipeline", "Transport"]),
    ("FuzzJoining", ["Codecs", "Patterns", "Telemetry"]),
    ("FuzzJournalEntries", ["Codecs", "Host", "Telemetry"]),
    ("FuzzKernelRecords", ["Codecs", "Telemetry"]),
    ("FuzzKubernetesFrames", ["Codecs"]),
    ("FuzzKubernetesObjects", ["Codecs"]),
    ("FuzzLogBodies", ["Codecs"]),
    ("FuzzLogMasks", ["Codecs", "Patterns"]),
    ("FuzzNativeHistogram", ["Codecs", "Telemetry"]),
    ("FuzzOpenMetrics", ["Codecs", "Scraping", "Telemetry"]),
    ("FuzzProcParsers", ["Host"]),
    ("FuzzQueueSegment", ["Pipeline"]),
    ("FuzzProtobufExposition", ["Codecs", "Telemetry"]),
    ("FuzzRelabeling", ["Patterns", "Pipeline", "Telemetry"]),
    ("FuzzRemoteWrite", ["Codecs"]),
    ("FuzzSnappy", ["Codecs"]),
    ("FuzzTargetGroups", ["Codecs", "Scraping", "Telemetry"]),
]
let isFuzzing = Context.environment["MARTLET_FUZZ"] != nil

if isFuzzing {
    package.targets.append(
        .target(
            name: "Fuzzing",
            path: "Fuzz/Fuzzing",
            swiftSettings: [.enableExperimentalFeature("Extern")],
        )
    )
    for fuzzer in fuzzers {
        let linking = ["-use-ld=lld", "-sanitize=fuzzer,address"]
        package.targets.append(
            .executableTarget(
                name: fuzzer.name,
                dependencies: ["Fuzzing", "Bytes"] + fuzzer.dependencies,
                path: "Fuzz",
                exclude: ["Fuzzing", "README.md", "Seeds"]
                    + fuzzers.filter { $0.name != fuzzer.name }.map { $0.name + ".swift" },
                sources: [fuzzer.name + ".swift"],
                linkerSettings: [.unsafeFlags(linking)],
            )
        )
    }
}

let cTargets: Set<String> = ["CLinux", "CRE2"]

for target in package.targets where target.type != .system && !cTargets.contains(target.name) {
    var settings = target.swiftSettings ?? []
    // SE-0335: `any` is written where an existential is meant.
    settings.append(.enableUpcomingFeature("ExistentialAny"))
    // SE-0409: an import is internal unless it says otherwise.
    settings.append(.enableUpcomingFeature("InternalImportsByDefault"))
    // SE-0444: a member is visible only where its module is imported.
    settings.append(.enableUpcomingFeature("MemberImportVisibility"))
    // SE-0461: a nonisolated async function runs on its caller's actor.
    settings.append(.enableUpcomingFeature("NonisolatedNonsendingByDefault"))
    // SE-0458: every unsafe operation is marked `unsafe`.
    settings.append(.strictMemorySafety())
    settings.append(.treatAllWarnings(as: .error))
    if isFuzzing {
        // Coverage and checks of memory in every module, which libFuzzer steers by.
        var fuzzing = ["-sanitize=fuzzer,address", "-enable-testing"]
        if target.type == .executable { fuzzing.append("-parse-as-library") }
        settings.append(.unsafeFlags(fuzzing))
    }
    target.swiftSettings = settings
}
