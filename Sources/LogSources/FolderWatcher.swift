import CLinux
import Glibc

/// Hears of changes in folders, by inotify where the kernel has room for it.
///
/// Folders are watched, not files: a few watches for each container, and new files are heard of.
/// Source: inotify(7).
final class FolderWatcher {
    /// What was heard.
    struct Changes {
        /// Folders in which names came, went or changed.
        var folders: Set<Int32> = []
        /// Names in folders whose files were written.
        var files: Set<Name> = []
        /// Folders that are gone.
        var gone: Set<Int32> = []
        /// Something was missed: everything has to be looked at.
        var isIncomplete = false
    }

    /// A file's name in a watched folder.
    struct Name: Hashable {
        let folder: Int32
        let name: String
    }

    private static let bufferSize = 64 << 10
    /// The most reads of one call, so that a busy folder can't keep the caller here.
    private static let readLimit = 64
    private static let mask =
        UInt32(IN_CREATE) | UInt32(IN_MOVED_TO) | UInt32(IN_MOVED_FROM) | UInt32(IN_DELETE)
        | UInt32(IN_MODIFY) | UInt32(IN_DELETE_SELF) | UInt32(IN_MOVE_SELF)
        | 0x0100_0000  // IN_ONLYDIR

    private let descriptor: Int32
    /// Folders that the kernel had no room for.
    private var refused: Set<String> = []
    /// Whether every folder asked for is watched.
    var isComplete: Bool { self.descriptor >= 0 && self.refused.isEmpty }

    /// Asks the kernel, unless told not to.
    init(isEnabled: Bool = true) {
        self.descriptor = !isEnabled ? -1 : inotify_init1(Int32(IN_NONBLOCK | IN_CLOEXEC))
    }

    deinit {
        if self.descriptor >= 0 { close(self.descriptor) }
    }

    /// Watches a folder; nil when that is not possible, so that it must be listed now and then.
    func watch(_ path: String) -> Int32? {
        if self.descriptor < 0 { return nil }
        let watch = unsafe inotify_add_watch(self.descriptor, path, Self.mask)
        // A folder that is gone again needs no watch; a kernel without room is another matter.
        if watch < 0, errno == ENOSPC || errno == ENOMEM {
            self.refused.insert(path)
        } else {
            self.refused.remove(path)
        }
        return watch < 0 ? nil : watch
    }

    /// Watches a folder no more; `watch` is nil if it was not watched.
    func leave(_ path: String, _ watch: Int32?) {
        self.refused.remove(path)
        if self.descriptor >= 0, let watch { inotify_rm_watch(self.descriptor, watch) }
    }

    /// Waits until there are changes, `stop` is readable, or the time is over.
    func wait(milliseconds: Int32, stop: Int32) {
        var list = [
            pollfd(fd: stop, events: Int16(POLLIN), revents: 0),
            pollfd(fd: self.descriptor, events: Int16(POLLIN), revents: 0),
        ]
        unsafe poll(&list, nfds_t(list.count), milliseconds)
    }

    /// Takes what has changed since the last call.
    func take() -> Changes {
        var changes = Changes()
        if self.descriptor < 0 { return changes }
        unsafe withUnsafeTemporaryAllocation(byteCount: Self.bufferSize, alignment: 8) { buffer in
            for _ in 0..<Self.readLimit {
                let count = unsafe read(self.descriptor, buffer.baseAddress, buffer.count)
                if count <= 0 { return }
                unsafe Self.parse(UnsafeRawBufferPointer(rebasing: buffer[..<count]), &changes)
            }
        }
        return changes
    }

    private static func parse(_ buffer: UnsafeRawBufferPointer, _ changes: inout Changes) {
        let headerLength = MemoryLayout<inotify_event>.size
        var offset = 0
        while offset + headerLength <= buffer.count {
            let watch = unsafe buffer.loadUnaligned(fromByteOffset: offset, as: Int32.self)
            let mask = unsafe buffer.loadUnaligned(fromByteOffset: offset + 4, as: UInt32.self)
            let length = unsafe buffer.loadUnaligned(fromByteOffset: offset + 12, as: UInt32.self)
            let start = offset + headerLength
            offset = start + Int(length)
            guard offset <= buffer.count else { return }
            if mask & UInt32(IN_Q_OVERFLOW) != 0 {
                changes.isIncomplete = true
            } else if mask & (UInt32(IN_IGNORED) | UInt32(IN_DELETE_SELF)) != 0 {
                changes.gone.insert(watch)
            } else if mask & UInt32(IN_MODIFY) != 0 {
                let name = unsafe buffer[start..<offset].prefix { $0 != 0 }
                let text = unsafe String(decoding: name, as: UTF8.self)
                changes.files.insert(Name(folder: watch, name: text))
            } else {
                changes.folders.insert(watch)
            }
        }
    }
}
