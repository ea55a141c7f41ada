import Codecs
import Glibc
import Host

/// Which events were written down, so that neither a restart nor a new list repeats them.
///
/// Versions of objects are numbers that grow (Kubernetes 1.35 promises it; etcd's always were), but
/// lists come in the order of names, and two watches in no order at all. So what an earlier life
/// has written is known by one number, and what this one has, by name and version.
///
/// The number is the target of a link, which is exchanged in one step: a power cut leaves the old or
/// the new. It is noted with a delay, so that a kill in the middle of a list repeats some events and
/// loses none.
struct EventVersion {
    /// How long a number waits before it is noted, in nanoseconds.
    static let delay: Int64 = 10_000_000_000
    /// The most events that are known by name; all are forgotten when there are more.
    static let nameLimit = 20_000

    private let path: String
    /// What earlier lives have written.
    private let floor: UInt64
    private var newest: UInt64
    /// The newest as it was a while ago, which is what is noted next.
    private var settled: UInt64
    private var settledAt: Int64?
    private var noted: UInt64
    private var versions: [String: UInt64] = [:]

    /// Reads what was noted in `folder`; nothing there is as good as none.
    init(in folder: String) {
        self.path = "\(folder)/newest"
        self.floor = Self.number(at: self.path) ?? 0
        self.newest = self.floor
        self.settled = self.floor
        self.noted = self.floor
    }

    /// Whether the event was not written down yet; one whose version is no number never was.
    func isNew(_ event: EventObject) -> Bool {
        guard let version = UInt64(event.metadata.resourceVersion) else { return true }
        return version > self.floor && self.versions[Self.name(event)].map { $0 < version } ?? true
    }

    /// Remembers an event that was written down.
    mutating func take(_ event: EventObject, at now: Int64) throws(HostError) {
        guard let version = UInt64(event.metadata.resourceVersion) else { return }
        if self.versions.count >= Self.nameLimit { self.versions.removeAll() }
        self.versions[Self.name(event)] = version
        self.newest = max(self.newest, version)
        if let since = self.settledAt, now - since < Self.delay { return }
        try self.note(self.settled)
        self.settled = self.newest
        self.settledAt = now
    }

    /// Notes everything, when no further event comes.
    mutating func close() throws(HostError) { try self.note(self.newest) }

    private mutating func note(_ version: UInt64) throws(HostError) {
        if version <= self.noted { return }
        let new = "\(self.path).new"
        _ = unsafe unlink(new)
        if unsafe symlink("\(version)", new) != 0 { throw .unreadable(new, "symlink", .current) }
        if unsafe rename(new, self.path) != 0 { throw .unreadable(self.path, "rename", .current) }
        self.noted = version
    }

    private static func name(_ event: EventObject) -> String {
        "\(event.metadata.namespace)/\(event.metadata.name)"
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
