import Foundation
import Glibc
import Testing

/// A real kubelet's rotation, as it was recorded: what a folder held at each look.
struct RecordedRotation {
    /// A name in the folder.
    struct File {
        let name: String
        let inode: UInt64
        let size: Int

        var isCompressed: Bool { self.name.hasSuffix(".gz") }
    }

    /// Names the folder of recorded data.
    static let variable = "MARTLET_FIXTURES"

    /// The looks in order.
    let moments: [[File]]

    init() throws {
        let folder = try #require(ProcessInfo.processInfo.environment[Self.variable])
        let path = "\(folder)/kubernetes/node/rotation-timeline.txt"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        self.moments = text.split(separator: "\n").map { line in
            line.split(separator: " ").dropFirst().compactMap { word in
                let parts = word.split(separator: ":")
                guard parts.count == 3, let inode = UInt64(parts[1]), let size = Int(parts[2])
                else { return nil }
                return File(name: String(parts[0]), inode: inode, size: size)
            }
        }
        try #require(self.moments.contains { $0.contains(where: \.isCompressed) }, "\(path)")
    }
}

/// Brings a container's folder from each recorded moment to the next, in smaller files.
final class RotationReplay {
    /// How many files are made in search of an inode that is free again.
    private static let attempts = 4096
    private static let lineLength = 200

    let folder: String
    private(set) var written: [String] = []
    private(set) var bytes = 0
    /// Whether a file has the inode of one that is gone.
    private(set) var isInodeReused = false
    private let scale: Int
    private var now: [RecordedRotation.File] = []
    private var inodes: [UInt64: UInt64] = [:]

    init(_ rig: LogRig, scale: Int) {
        self.folder = "\(rig.pods)/shop_web-1_uid-1/app"
        self.scale = scale
        rig.makeFolder("pods/shop_web-1_uid-1/app")
    }

    /// Makes the folder what it was then.
    func go(to moment: [RecordedRotation.File]) throws {
        for old in self.now where !moment.contains(where: { $0.name == "\(old.name).gz" }) {
            let new = try #require(moment.first { $0.inode == old.inode })
            self.fill(old.name, new.size)
        }
        for old in self.now where moment.contains(where: { $0.name == "\(old.name).gz" }) {
            let path = self.path(old.name)
            // The kubelet's steps: a temporary file, its name, and the old one is gone.
            let new = "\(path).tmp"
            #expect(unsafe system("gzip -c \(path) > \(new) && mv \(new) \(path).gz") == 0)
            #expect(unsafe unlink(path) == 0)
        }
        for old in self.now {
            guard let new = moment.first(where: { $0.inode == old.inode }), new.name != old.name,
                !moment.contains(where: { $0.name == "\(old.name).gz" })
            else { continue }
            #expect(unsafe rename(self.path(old.name), self.path(new.name)) == 0)
        }
        for file in moment where !file.isCompressed {
            if self.inode(file.name) == nil { self.create(file) }
            self.fill(file.name, file.size)
        }
        self.now = moment.filter { !$0.isCompressed }
    }

    /// Writes a record more.
    func write() { self.append("0.log", Self.lineLength) }

    private func create(_ file: RecordedRotation.File) {
        self.touch(file.name)
        let wanted = self.inodes[file.inode]
        var others: [String] = []
        while let wanted, self.inode(file.name) != wanted, others.count < Self.attempts {
            // Held while the search goes on, so that the next one gets another number.
            let other = self.path("search-\(others.count)")
            unsafe rename(self.path(file.name), other)
            others.append(other)
            self.touch(file.name)
        }
        self.isInodeReused = wanted != nil && self.inode(file.name) == wanted
        for other in others { unsafe unlink(other) }
        self.inodes[file.inode] = self.inode(file.name)
    }

    private func fill(_ name: String, _ size: Int) {
        while case let left = size / self.scale - self.size(name), left > 0 {
            self.append(name, left < 2 * Self.lineLength ? left : Self.lineLength)
        }
    }

    private func append(_ name: String, _ length: Int) {
        let nanoseconds = String(1_000_000_000 + self.written.count).dropFirst()
        let head = "2026-11-23T02:22:36.\(nanoseconds)Z stdout F "
        var text = "record \(self.written.count) "
        text += String(repeating: "x", count: max(0, length - head.count - text.count - 1))
        let line = Array("\(head)\(text)\n".utf8)
        let file = unsafe open(self.path(name), O_WRONLY | O_APPEND)
        defer { close(file) }
        #expect(unsafe Glibc.write(file, line, line.count) == line.count)
        self.written.append(text)
        self.bytes += line.count
    }

    private func touch(_ name: String) {
        close(unsafe open(self.path(name), O_WRONLY | O_CREAT, 0o644))
    }

    private func path(_ name: String) -> String { "\(self.folder)/\(name)" }

    private func inode(_ name: String) -> UInt64? {
        var status = stat()
        return unsafe stat(self.path(name), &status) == 0 ? UInt64(status.st_ino) : nil
    }

    private func size(_ name: String) -> Int {
        var status = stat()
        return unsafe stat(self.path(name), &status) == 0 ? Int(status.st_size) : 0
    }
}
