import Glibc

/// The names in a folder.
package enum DirectoryListing {
    /// The most names taken from one folder.
    package static let limit = 1 << 16

    /// The names at `path` but `.` and `..`, sorted by their bytes.
    ///
    /// With `prefix`, only those that begin so and have a digit next, as the shell's
    /// `prefix[0-9]*`; perhaps without plain files.
    package static func names(
        at path: String,
        numbered prefix: String? = nil,
        leavingOutFiles: Bool = false,
    ) throws(HostError) -> [String] {
        guard let folder = unsafe opendir(path) else {
            throw .unreadable(path, "opendir", .current)
        }
        defer { unsafe closedir(folder) }
        var names: [String] = []
        while names.count < Self.limit, let entry = unsafe readdir(folder) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { field in
                unsafe field.withMemoryRebound(to: CChar.self, capacity: 256) {
                    unsafe String(cString: $0)
                }
            }
            if name == "." || name == ".." { continue }
            if leavingOutFiles, unsafe entry.pointee.d_type == UInt8(DT_REG) { continue }
            if let prefix, !Self.isNumbered(name, prefix) { continue }
            names.append(name)
        }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    private static func isNumbered(_ name: String, _ prefix: String) -> Bool {
        guard name.hasPrefix(prefix) else { return false }
        guard let digit = name.dropFirst(prefix.count).utf8.first else { return false }
        return digit >= 0x30 && digit <= 0x39
    }
}
