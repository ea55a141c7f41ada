package import Config

/// The keys that all sources of files have.
package struct LogFileOptions: Sendable, Hashable {
    /// Where a sink starts in the files that are there when the agent starts.
    package enum ReadFrom: String, Sendable, CaseIterable {
        /// Where the sink left off; at the beginning where it never was.
        case checkpoint
        /// At the beginning, whatever was delivered before.
        case beginning
        /// Where the sink left off; at the end where it never was.
        case end
    }

    /// The folder; empty where patterns of paths choose.
    package var path: String
    /// Where to start.
    package var readFrom: ReadFrom
    /// Files that were not written for so long when the agent starts are read from their end.
    package var ignoreOlder: Duration?
    /// Whether compressed rotated files of containers that are new to a sink are read, too.
    package var isCompressedRead = false
    /// The most bytes of one record's body.
    package var maxLineBytes: Int
    /// How long a rotated or deleted file is kept open after its last byte was read.
    package var rotateWait: Duration
    /// How often folders are listed, besides on notice of a change.
    package var rescanInterval: Duration
    /// The most files that are open at a time.
    package var maxFiles: Int
    /// The most bytes of disk that deleted files may keep until they are read.
    package var maxDeletedBytes: Int

    /// The longest body where nothing else is said.
    package static let defaultMaxLineBytes = 1 << 20
    private static let defaultMaxFiles = 50_000

    /// The defaults.
    package init(path: String) {
        self.path = path
        self.readFrom = .checkpoint
        self.maxLineBytes = Self.defaultMaxLineBytes
        self.rotateWait = .seconds(5)
        self.rescanInterval = .seconds(60)
        self.maxFiles = Self.defaultMaxFiles
        self.maxDeletedBytes = 1 << 30
    }

    /// Reads the keys from a source's own section; the folder only where there is one to expect.
    package init(
        reading node: inout ConfigNode,
        defaultPath: String?,
        maxLineBytes: Int = Self.defaultMaxLineBytes,
    ) {
        self.path = ""
        if let defaultPath {
            self.path = node.string("path", default: defaultPath, "The folder of log files.")
        }
        self.readFrom = node.choice(
            "read_from",
            default: .checkpoint,
            "Where to start in files that are there at the start: at the checkpoint (or the "
                + "beginning), the beginning, or the checkpoint (or the end).",
        )
        self.ignoreOlder = node.duration(
            "ignore_older",
            "Files not written for so long at the start are read from their end.",
        )
        self.isCompressedRead = node.bool(
            "compressed",
            default: false,
            "Reads .gz files of the rotation at the first start, too; a file that was compressed "
                + "while it was read, or while the agent was away, is read on in any case.",
        )
        self.maxLineBytes = node.size(
            "max_line_bytes",
            default: maxLineBytes,
            in: 1024...(64 << 20),
            "Longer records are cut.",
        )
        self.rotateWait = node.duration(
            "rotate_wait",
            default: .seconds(5),
            in: .seconds(1)...(.seconds(3600)),
            "How long a rotated file is kept open after its last byte was read.",
        )
        self.rescanInterval = node.duration(
            "rescan_interval",
            default: .seconds(60),
            in: .seconds(1)...(.seconds(3600)),
            "How often folders are listed, besides on notice of a change; 5s at most without notices.",
        )
        self.maxFiles = node.int(
            "max_files",
            default: Self.defaultMaxFiles,
            in: 1...1_000_000,
            "The most files that are followed at a time; those found later wait.",
        )
        self.maxDeletedBytes = node.size(
            "max_deleted_bytes",
            default: 1 << 30,
            in: 0...(1 << 50),
            "Disk space that deleted files may keep until they are read; beyond it the one deleted "
                + "first is given up, and its unread part is counted as lost (given_up).",
        )
        while self.path.count > 1, self.path.hasSuffix("/") { self.path.removeLast() }
    }
}
