import Glibc
import Host
import Pipeline
import Telemetry

// What is in a folder: listed until nothing changes meanwhile, and put in the order of its writing.
extension LogFileFinder {
    /// A name and the file it leads to.
    fileprivate struct Place: Hashable {
        let name: String
        let key: TrackedFile.Key
    }

    /// A name in a folder and what it leads to.
    struct Sighting {
        let name: String
        let path: String
        let origin: LogOrigin
        let isRotated: Bool
        let isCompressed: Bool
        let status: stat

        var stamp: FileStamp { FileStamp(self.status) }

        /// What must be the same when it is looked at again.
        fileprivate var place: Place { Place(name: self.name, key: self.key) }

        var key: TrackedFile.Key {
            .init(device: UInt64(self.status.st_dev), inode: UInt64(self.status.st_ino))
        }
    }

    /// How often a folder is listed in one go, while its names keep changing.
    static let listingLimit = 5

    /// What is in a folder, as far as it is sure.
    func sightings(of folder: LogFolder, _ entries: [FolderEntry]) -> [Sighting] {
        let compressedBefore = folder.compressedPresent
        var hasLost = false
        var sightings = self.sight(entries, in: folder, hasLost: &hasLost)
        // A file renamed while names were looked at could be missed and found later, behind a file
        // that is newer, or be taken for gone: what has changed is believed when it is seen twice. A
        // copy of what was truncated could be compressed between the listing and the look at it.
        let isCopySought = !self.truncations.listed.isEmpty
        for _ in 1..<Self.listingLimit {
            let hasNew = sightings.contains { self.files[$0.key] == nil }
            let keys = Set(sightings.map(\.key))
            let isSure = !hasLost && !hasNew && !isCopySought
            if isSure, folder.files.values.allSatisfy({ keys.contains($0.key) }) { break }
            guard let entries = try? self.list(folder) else { break }
            hasLost = false
            let again = self.sight(entries, in: folder, hasLost: &hasLost)
            let isStable = !hasLost && again.map(\.place) == sightings.map(\.place)
            sightings = again
            if isStable { break }
        }
        self.forgetCompressed(in: folder, earlier: compressedBefore)
        return sightings
    }

    /// Whether a name still leads where it did.
    func isThere(_ sighting: Sighting, in folder: LogFolder) -> Bool {
        var isLost = false
        return self.sight(sighting.name, in: folder, isLost: &isLost)?.key == sighting.key
    }

    /// Puts what was written last behind the rest: a container's earlier attempts before the later ones,
    /// and of one attempt compressed files, rotated ones, the live one.
    func order(_ sightings: [Sighting]) -> [Sighting] {
        let sorted = sightings.sorted { left, right in
            if left.origin.attempt != right.origin.attempt {
                return left.origin.attempt < right.origin.attempt
            }
            if left.isCompressed != right.isCompressed { return left.isCompressed }
            if left.isRotated != right.isRotated { return left.isRotated }
            let (a, b) = (left.status.st_mtim, right.status.st_mtim)
            if (a.tv_sec, a.tv_nsec) != (b.tv_sec, b.tv_nsec) {
                return (a.tv_sec, a.tv_nsec) < (b.tv_sec, b.tv_nsec)
            }
            // The kernel's clock for files ticks every few milliseconds.
            return LogFileNames.isOlder(left.name, right.name)
        }
        return self.originalsFirst(sorted)
    }

    /// Puts a live file before the copies that are being made of it: sinks go on in these only when
    /// they have come to its end.
    private func originalsFirst(_ sightings: [Sighting]) -> [Sighting] {
        if !self.isFirstScan { return sightings }
        var order = sightings
        for live in sightings where !live.isRotated {
            let isCopied = { (other: Sighting) in
                other.isRotated && !other.isCompressed && other.origin.path == live.origin.path
                    && self.beginAlike(other, live)
            }
            guard let place = order.firstIndex(where: isCopied) else { continue }
            order.removeAll { $0.path == live.path }
            order.insert(live, at: place)
        }
        return order
    }

    private func beginAlike(_ left: Sighting, _ right: Sighting) -> Bool {
        guard let one = self.identity(of: left), let other = self.identity(of: right) else {
            return false
        }
        return one.fingerprint == other.fingerprint
    }

    /// Looks at what was listed; `hasLost` says whether a name was gone by then.
    private func sight(
        _ entries: [FolderEntry],
        in folder: LogFolder,
        hasLost: inout Bool,
    ) -> [Sighting] {
        let names = entries.filter { !$0.isFolder }.map(\.name).sorted()
        let sightings = names.compactMap { self.sight($0, in: folder, isLost: &hasLost) }
        folder.compressedPresent = Set(sightings.filter(\.isCompressed).map(\.key))
        if folder.compressedPresent.isEmpty { return sightings }
        return self.withoutReadCompressed(sightings, in: folder)
    }

    private func sight(_ name: String, in folder: LogFolder, isLost: inout Bool) -> Sighting? {
        let role = folder.names.role(of: name)
        let base: String
        switch role {
        case .live: base = name
        case .rotated(let live): base = live
        case .compressed(let live): base = live
        case .other: return nil
        }
        let path = "\(folder.path)/\(name)"
        var origin: LogOrigin
        switch folder.kind {
        case .pod: return nil
        case .container(let container):
            origin = container
            origin.attempt = PodLogPath.attempt(file: name) ?? 0
        case .linked(let origins):
            guard let linked = origins[base] else { return nil }
            origin = linked
        case .root:
            origin = PodLogPath.container(link: base) ?? .init(path: "")
        case .selected:
            if self.isExcluded(path) { return nil }
            origin = .init(path: "", podUID: self.podUID(path))
        }
        origin.path = base == name ? path : "\(folder.path)/\(base)"
        // Links are followed by themselves, so that rotation is seen where they lead.
        var status = stat()
        let isLinkKept = self.keepsLinks(folder)
        if unsafe isLinkKept ? stat(path, &status) != 0 : lstat(path, &status) != 0 {
            let error = SystemErrorCode.current
            if error != .noSuchFile {
                self.complain(path, error.text)
            } else if unsafe !isLinkKept || lstat(path, &status) != 0 {
                isLost = true
            }
            return nil
        }
        let kind = status.st_mode & S_IFMT
        if kind == S_IFDIR || kind == S_IFLNK { return nil }
        guard kind == S_IFREG else {
            self.complain(path, Self.noFile)
            return nil
        }
        return Sighting(
            name: name,
            path: path,
            origin: origin,
            isRotated: role != .live,
            isCompressed: role == .compressed(base: base),
            status: status,
        )
    }

    /// Whether a link in the folder is read under its own name.
    private func keepsLinks(_ folder: LogFolder) -> Bool {
        switch folder.kind {
        case .linked, .selected: true
        case .root, .pod, .container: false
        }
    }

    /// The UID of the pod in whose volume a file lies; empty elsewhere.
    private func podUID(_ path: String) -> String {
        guard let folder = self.settings.podFolder else { return "" }
        return path.dropFirst(folder.utf8.count).split(separator: "/").first.map(String.init) ?? ""
    }

    private func isExcluded(_ path: String) -> Bool {
        guard case .selected(let selection) = self.settings.layout else { return false }
        return selection.isExcluded(path)
    }
}
