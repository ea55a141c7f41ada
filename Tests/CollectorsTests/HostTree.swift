import Foundation
import Host

/// A folder that stands in for the host's file systems, removed when it is released.
final class HostTree {
    /// The folder.
    let path: String
    private var folders: Set<String> = []

    /// Makes a tree of files given by their paths, such as `proc/loadavg`.
    init(_ files: [String: String] = [:]) throws {
        // Thousands of small files: memory is many times faster than a disk.
        let memory = FileManager.default.isWritableFile(atPath: "/dev/shm")
        let base = memory ? "/dev/shm" : FileManager.default.temporaryDirectory.path
        self.path = "\(base)/martlet-host-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: self.path,
            withIntermediateDirectories: true,
        )
        for (name, text) in files { try self.write(text, to: name) }
    }

    deinit {
        try? FileManager.default.removeItem(atPath: self.path)
    }

    /// The roots of the stand-ins.
    var roots: HostRoots {
        HostRoots(
            procfs: self.path + "/proc",
            sysfs: self.path + "/sys",
            rootfs: self.path,
            udevData: self.path + "/udev",
        )
    }

    /// Writes or replaces a file.
    func write(_ text: String, to name: String) throws {
        try self.write(Data(text.utf8), to: name)
    }

    /// Writes or replaces a file.
    func write(_ bytes: Data, to name: String) throws {
        try self.makeFolder(Self.parent(of: name))
        try bytes.write(to: URL(fileURLWithPath: self.path + "/" + name))
    }

    /// Makes a folder and those above it.
    func makeFolder(_ name: String) throws {
        if !self.folders.insert(name).inserted { return }
        try FileManager.default.createDirectory(
            atPath: self.path + "/" + name,
            withIntermediateDirectories: true,
        )
    }

    /// Makes a symbolic link.
    func link(_ name: String, to target: String) throws {
        try self.makeFolder(Self.parent(of: name))
        try FileManager.default.createSymbolicLink(
            atPath: self.path + "/" + name,
            withDestinationPath: target,
        )
    }

    private static func parent(of name: String) -> String {
        name.lastIndex(of: "/").map { String(name[..<$0]) } ?? ""
    }

    /// Removes a file or folder.
    func remove(_ name: String) throws {
        self.folders.removeAll()
        try FileManager.default.removeItem(atPath: self.path + "/" + name)
    }
}
