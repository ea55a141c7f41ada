import Glibc
import Testing

/// A container's log as a runtime writes it and the kubelet rotates it.
final class ContainerLog {
    let folder: String
    private(set) var written: [String] = []
    private var file: Int32 = -1
    private var clock = 0

    init(_ rig: LogRig, pod: String = "web-1", container: String = "app", uid: String = "uid-1") {
        self.folder = "\(rig.pods)/shop_\(pod)_\(uid)/\(container)"
        _ = unsafe system("mkdir -p \(self.folder)")
        self.reopen()
    }

    deinit { self.close() }

    var path: String { "\(self.folder)/0.log" }

    /// Bytes of the file that has the name now.
    var size: Int {
        var status = stat()
        return unsafe stat(self.path, &status) == 0 ? Int(status.st_size) : 0
    }

    func close() {
        if self.file >= 0 { Glibc.close(self.file) }
        self.file = -1
    }

    func reopen() {
        self.close()
        self.file = unsafe open(self.path, O_WRONLY | O_CREAT | O_APPEND, 0o644)
    }

    /// Gives the file another name and begins the next one; what was renamed is compressed at once.
    func rotate(_ rig: LogRig, _ suffix: String, gzip: Bool = true) {
        self.rename(suffix)
        self.reopen()
        if gzip {
            rig.run(
                "gzip -c \(self.path).\(suffix) > x && rm \(self.path).\(suffix) "
                    + "&& mv x \(self.path).\(suffix).gz"
            )
        }
    }

    /// Writes records, some of them in pieces on alternating streams.
    func write(_ texts: [String], pieces: Bool = false) {
        for text in texts {
            if pieces {
                let middle = text.index(text.startIndex, offsetBy: text.count / 2)
                self.line("stdout", "P", String(text[..<middle]))
                self.line("stdout", "F", String(text[middle...]))
            } else {
                self.line("stderr", "F", text)
            }
            self.written.append(text)
        }
    }

    func write(_ count: Int, from start: Int = 0, pieces: Bool = false) {
        let name = self.folder.split(separator: "/").suffix(2).joined(separator: "/")
        self.write((start..<start + count).map { "\(name) record \($0)" }, pieces: pieces)
    }

    /// Writes one line, which need not be a record.
    func line(_ stream: String, _ tag: String, _ text: String) {
        self.clock += 1
        let nanoseconds = String(self.clock)
        let padded = String(repeating: "0", count: 9 - nanoseconds.count) + nanoseconds
        self.raw("2026-11-23T01:30:00.\(padded)Z \(stream) \(tag) \(text)\n")
    }

    func raw(_ text: String) {
        let bytes = Array(text.utf8)
        #expect(unsafe Glibc.write(self.file, bytes, bytes.count) == bytes.count)
    }

    func expect(_ text: String) { self.written.append(text) }

    /// The kubelet's rename; the runtime goes on in the old file until it reopens.
    func rename(_ suffix: String) {
        unsafe Glibc.rename(self.path, "\(self.path).\(suffix)")
    }
}
