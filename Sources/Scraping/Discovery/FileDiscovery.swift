package import Config
import Logging
import Pipeline
import Telemetry

/// `file_sd_configs`: target groups in files.
///
/// Files are looked at, not watched: a `stat` every two seconds costs nothing, works on every file
/// system, and follows the links of a ConfigMap. Source: Prometheus, `discovery/file/file.go`.
package struct FileDiscovery: TargetDiscovery {
    /// The entry's keys.
    package struct Options: DiscoveryOptions {
        /// Paths, with `*` in the last part only.
        package var files: [String]
        /// The time after which files are read even though they look unchanged.
        package var refreshInterval: Duration

        /// Reads one entry.
        package init(from node: inout ConfigNode) throws(ConfigError) {
            self.files = node.pathPatterns(
                "files",
                endings: [".json", ".yml", ".yaml"],
                "Files with target groups; * may stand in the last part of a path.",
            )
            self.refreshInterval = node.duration(
                "refresh_interval",
                default: .seconds(300),
                in: .seconds(1)...DurationSyntax.longest,
                "When files are read again that look unchanged.",
            )
            if !node.isPresent("files") {
                node.reject("files", because: "expected at least one path, found none")
            }
        }
    }

    /// What is known of one file.
    private struct Known {
        var identity: FileIdentity?
        /// Groups that were told of at last.
        var count = 0
        /// When it was last read, in monotonic nanoseconds.
        var readAt: Int64 = 0
    }

    package static let mechanism = "file"
    /// The time between two looks at the files.
    package static let lookInterval = Duration.seconds(2)

    private let options: Options
    private let context: DiscoveryContext
    private let errors: Counter

    package init(_ options: Options, in context: DiscoveryContext) {
        self.options = options
        self.context = context
        self.errors = context.meters.counter(
            "prometheus_sd_file_read_errors_total",
            "Files of file_sd_configs that could not be read.",
        )
    }

    package func run(_ findings: DiscoveryFindings) async {
        var known: [String: Known] = [:]
        var notices: [String: DiscoveryNotice] = [:]
        while !Task.isCancelled {
            self.look(&known, &notices, findings)
            do {
                try await self.context.base.clock.sleep(
                    for: min(Self.lookInterval, self.options.refreshInterval)
                )
            } catch {
                break
            }
        }
        for path in known.keys {
            self.context.meters.set(modified: nil, ofFile: path)
            notices[path]?.forget()
        }
    }

    private func look(
        _ known: inout [String: Known],
        _ notices: inout [String: DiscoveryNotice],
        _ findings: DiscoveryFindings,
    ) {
        var gone = Set(known.keys)
        for path in self.options.files.flatMap(PathGlob.paths) {
            gone.remove(path)
            // Looked at before it is read: a change in between is seen the next time.
            let identity = FileIdentity(path: path)
            let now = self.context.base.clock.monotonicNanoseconds
            if let last = known[path], last.identity == identity,
                now - last.readAt < self.options.refreshInterval.nanoseconds
            {
                continue
            }
            var notice = notices[path] ?? DiscoveryNotice(Self.mechanism, path, self.context)
            var entry = known[path] ?? Known()
            entry.identity = identity
            entry.readAt = now
            do throws(DiscoveryFailure) {
                let groups = try self.groups(path)
                findings.update(groups + Self.gone(path, from: groups.count, to: entry.count))
                entry.count = groups.count
                self.context.meters.set(modified: identity?.modified, ofFile: path)
                notice.succeeded()
            } catch {
                // What is damaged keeps its targets.
                self.errors.add()
                notice.failed("\(error)")
            }
            known[path] = entry
            notices[path] = notice
        }
        // What is gone takes its targets with it.
        for path in gone {
            if let count = known[path]?.count {
                findings.update(Self.gone(path, from: 0, to: count))
            }
            known[path] = nil
            notices[path]?.forget()
            notices[path] = nil
            self.context.meters.set(modified: nil, ofFile: path)
        }
    }

    private func groups(_ path: String) throws(DiscoveryFailure) -> [TargetGroup] {
        let bytes: [UInt8]
        do throws(ConfigError) {
            bytes = try ConfigFile.read(path)
        } catch {
            throw DiscoveryFailure("\(error)")
        }
        var groups = try TargetGroupFile.read(bytes.span, path: path)
        for place in groups.indices {
            groups[place].source = "\(path):\(place)"
            groups[place].labels["__meta_filepath"] = path
        }
        return groups
    }

    private static func gone(_ path: String, from start: Int, to end: Int) -> [TargetGroup] {
        (start..<max(start, end)).map { TargetGroup(source: "\(path):\($0)") }
    }
}
