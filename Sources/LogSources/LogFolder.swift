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
        /// Log files and folders that patterns choose.
        case selected
    }

    let path: String
    var kind: Kind
    /// Which of its names are log files.
    let names: LogFileNames
    /// How many folders above it are followed; 0 where a search begins.
    let depth: Int
    /// The watch on it; nil while it is only listed.
    var watch: Int32?
    /// What the kernel calls it, where patterns choose: links may lead to it twice.
    var key: TrackedFile.Key?
    /// The files seen in it, by name.
    var files: [String: TrackedFile] = [:]
    /// Its compressed files, as far as they were read, or are, or need not be.
    var compressed: [TrackedFile.Key: FileStamp] = [:]
    /// Those of them whose content is read from a file that may be truncated, by that file.
    var copied: [TrackedFile.Key: TrackedFile.Key] = [:]
    /// Those of them that were there when it was listed last.
    var compressedPresent: Set<TrackedFile.Key> = []
    /// The folders below it, by name.
    var folders: Set<String> = []
    /// Files that were not opened because there were too many.
    var leftOut = 0
    /// When it may be listed again on notice of a change, in monotonic nanoseconds.
    var nextScan: Int64 = 0

    init(path: String, kind: Kind, names: LogFileNames = .container, depth: Int = 0) {
        self.path = path
        self.kind = kind
        self.names = names
        self.depth = depth
    }

    /// Whether it is looked for again after it is gone.
    var isRoot: Bool { self.depth == 0 }
}
