import Codecs
import Glibc
import Host

/// The newest event that was written down, kept beside the events so that a restart repeats none.
///
/// It is the target of a link, which is exchanged in one step: a power cut leaves the old or the new.
/// Versions of objects are numbers that grow (Kubernetes 1.35 promises it; etcd's always were).
struct EventVersion {
    private let path: String
    private var newest: UInt64

    /// Reads what was noted in `folder`; nothing there is as good as none.
    init(in folder: String) {
        self.path = "\(folder)/newest"
        self.newest = Self.number(at: self.path) ?? 0
    }

    /// Whether the event is newer than all that were noted, or its version is no number.
    func isOlder(than event: EventObject) -> Bool {
        UInt64(event.metadata.resourceVersion).map { $0 > self.newest } ?? true
    }

    /// Notes an event; a link's target is changed whole or not at all.
    mutating func note(_ event: EventObject) throws(HostError) {
        guard let version = UInt64(event.metadata.resourceVersion), version > self.newest else {
            return
        }
        self.newest = version
        let new = "\(self.path).new"
        _ = unsafe unlink(new)
        if unsafe symlink("\(version)", new) != 0 { throw .unreadable(new, "symlink", .current) }
        if unsafe rename(new, self.path) != 0 { throw .unreadable(self.path, "rename", .current) }
    }

    private static func number(at path: String) -> UInt64? {
        unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 32) { target in
            guard let start = target.baseAddress else { return nil }
            let length = unsafe readlink(path, start, target.count - 1)
            if length <= 0 { return nil }
            unsafe target[length] = 0
            return UInt64(unsafe String(cString: start))
        }
    }
}
