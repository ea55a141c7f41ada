import Glibc

/// A folder that goes with the test, with all that is in it.
package final class TemporaryFolder: Sendable {
    /// Why there is no folder.
    package struct Failure: Error {}

    /// Where it is.
    package let path: String

    /// Makes it.
    package init() throws {
        var template = Array("/tmp/martlet-tests-XXXXXX".utf8CString)
        let isMade = unsafe template.withUnsafeMutableBufferPointer { buffer -> Bool in
            guard let start = buffer.baseAddress else { return false }
            return unsafe mkdtemp(start) != nil
        }
        if !isMade { throw Failure() }
        self.path = String(
            decoding: template.dropLast().map { UInt8(bitPattern: $0) },
            as: UTF8.self,
        )
    }

    deinit { Self.remove(self.path) }

    /// The files below a folder of it, by their paths in it, sorted.
    package func files(in folder: String = "") -> [String] {
        let full = folder.isEmpty ? self.path : self.path + "/" + folder
        return Self.names(full).flatMap { name -> [String] in
            let path = folder.isEmpty ? name : folder + "/" + name
            return Self.isFolder(self.path + "/" + path) ? self.files(in: path) : [path]
        }.sorted()
    }

    /// What a file holds.
    package func read(_ name: String) throws -> [UInt8] {
        guard let file = unsafe fopen(self.path + "/" + name, "r") else { throw Failure() }
        defer { unsafe fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = unsafe fread(&buffer, 1, buffer.count, file)
            if count == 0 { return bytes }
            bytes += buffer[..<count]
        }
    }

    /// Where a file of that name is, or would be.
    package func path(_ name: String) -> String { "\(self.path)/\(name)" }

    /// Writes a file; returns its path.
    @discardableResult
    package func write(_ name: String, _ bytes: [UInt8]) throws -> String {
        let path = self.path(name)
        guard let file = unsafe fopen(path, "w") else { throw Failure() }
        unsafe fwrite(bytes, 1, bytes.count, file)
        unsafe fclose(file)
        return path
    }

    /// Writes a file; returns its path.
    @discardableResult
    package func write(_ name: String, _ text: String) throws -> String {
        try self.write(name, Array(text.utf8))
    }

    /// Removes a file or a folder with all that is in it.
    package func remove(_ name: String) { Self.remove(self.path + "/" + name) }

    private static func remove(_ path: String) {
        if !Self.isFolder(path) {
            unsafe unlink(path)
            return
        }
        for name in Self.names(path) { Self.remove(path + "/" + name) }
        unsafe rmdir(path)
    }

    private static func names(_ path: String) -> [String] {
        guard let folder = unsafe opendir(path) else { return [] }
        defer { unsafe closedir(folder) }
        var names: [String] = []
        while let entry = unsafe readdir(folder) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) {
                    unsafe String(cString: $0)
                }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    private static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return unsafe lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }
}
