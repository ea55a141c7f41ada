import Telemetry

/// A folder that is listed and watched.
final class LogFolder {
    /// What is expected in it.
    enum Kind {
        /// Pods' folders, or log files and links to them.
        case root
        /// The folders of a pod's containers.
        case pod(LogOrigin)
        /// Log files; the origin lacks path and attempt.
        case container(LogOrigin)
        /// Log files that links of the root folder lead to, by their names.
        case linked([String: LogOrigin])
    }

    let path: String
    var kind: Kind
    /// The watch on it; nil while it is only listed.
    var watch: Int32?
    /// The files seen in it, by name.
    var files: [String: TrackedFile] = [:]
    /// The folders below it, by name.
    var folders: Set<String> = []

    init(path: String, kind: Kind) {
        self.path = path
        self.kind = kind
    }
}
