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

    /// The folder.
    package var path: String
    /// Where to start.
    package var readFrom: ReadFrom
    /// Files that were not written for so long when the agent starts are read from their end.
    package var ignoreOlder: Duration?
    /// The most bytes of one record's body.
    package var maxLineBytes: Int
    /// How long a rotated or deleted file is kept open after its last byte was read.
    package var rotateWait: Duration
    /// How often folders are listed, besides on notice of a change.
    package var rescanInterval: Duration

    /// The defaults.
    package init(path: String) {
        self.path = path
        self.readFrom = .checkpoint
        self.maxLineBytes = 1 << 20
        self.rotateWait = .seconds(5)
        self.rescanInterval = .seconds(60)
    }

    /// Reads the keys from a source's own section.
    package init(reading node: inout ConfigNode, defaultPath: String?) {
        if let defaultPath {
            self.path = node.string("path", default: defaultPath, "The folder of log files.")
        } else {
            self.path = node.requiredString("path", "The folder of log files.")
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
        self.maxLineBytes = node.size(
            "max_line_bytes",
            default: 1 << 20,
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
        while self.path.count > 1, self.path.hasSuffix("/") { self.path.removeLast() }
    }
}
