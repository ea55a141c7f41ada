import Glibc

/// A name in a folder, and what the folder itself says it is.
struct FolderEntry {
    let name: String
    /// A `DT_…` of readdir(3); file systems that don't say have `DT_UNKNOWN`.
    private let type: UInt8

    init(name: String, type: UInt8) {
        self.name = name
        self.type = type
    }

    /// Whether it can only be a file.
    var isFile: Bool { self.type == UInt8(DT_REG) }
    /// Whether it can only be a folder.
    var isFolder: Bool { self.type == UInt8(DT_DIR) }
    /// Whether it can only be a link.
    var isLink: Bool { self.type == UInt8(DT_LNK) }

    /// Takes what a folder's listing gave; nil for a hidden name.
    init?(_ entry: UnsafeMutablePointer<dirent>) {
        let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
            unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) {
                unsafe String(cString: $0)
            }
        }
        if name.hasPrefix(".") { return nil }
        self.init(name: name, type: unsafe entry.pointee.d_type)
    }
}
