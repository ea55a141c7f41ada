import Config
import Pipeline

/// Notices that the configuration is another one: its file, or one that it names.
///
/// By looking, not by inotify: one `stat` in a few seconds costs nothing, works on every file
/// system, and follows a ConfigMap's `..data` symlink when the kubelet swaps it.
struct ConfigurationWatch {
    /// The time between two looks.
    static let interval = Duration.seconds(3)

    private let path: String
    private var known: FileIdentity?
    private var included: [String: FileIdentity]

    /// Watches the file at `path` and those that match `patterns`, which are taken as known now.
    init(path: String, patterns: [String] = []) {
        self.path = path
        self.known = FileIdentity(path: path)
        self.included = Self.look(patterns)
    }

    /// Returns true when there is something new; false when cancelled.
    ///
    /// A file that vanishes is waited for: an editor may be writing it anew. `patterns` says which
    /// files the configuration in use names.
    mutating func next(on clock: any AgentClock, patterns: [String] = []) async -> Bool {
        while true {
            do { try await clock.sleep(for: Self.interval) } catch { return false }
            guard let found = FileIdentity(path: self.path) else { continue }
            let included = Self.look(patterns)
            if found == self.known, included == self.included { continue }
            self.known = found
            self.included = included
            return true
        }
    }

    /// Takes the files that match other patterns as known now.
    mutating func follow(_ patterns: [String]) {
        self.included = Self.look(patterns)
    }

    private static func look(_ patterns: [String]) -> [String: FileIdentity] {
        var files: [String: FileIdentity] = [:]
        for path in patterns.flatMap(PathGlob.paths) { files[path] = FileIdentity(path: path) }
        return files
    }
}
