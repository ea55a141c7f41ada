import Glibc
import Host
import Pipeline
import Telemetry

// Folders: what is in them, what came and what went.
extension LogFileFinder {
    /// The most names of one folder that are looked at.
    private static let nameLimit = 100_000
    /// How deep below the folder where a search begins folders are followed.
    private static let depthLimit = 32
    /// How many times as long as it took to list a folder it is left alone.
    private static let scanShare: Int64 = 30
    /// The most folders that are followed.
    private static let folderLimit = 100_000
    /// What is said of a name that no log can have.
    static let noFile = "expected a file, found a device, a socket or a pipe"

    /// Lists a folder and follows what has changed in it.
    func scan(_ folder: LogFolder) {
        let start = self.clock.monotonicNanoseconds
        if self.scanDepth == 0 { self.truncations.listed = self.truncations.seen }
        self.scanDepth += 1
        defer {
            self.scanDepth -= 1
            // A large folder in which something changes all the time takes its share and no more.
            let end = self.clock.monotonicNanoseconds
            folder.nextScan = end + (end - start) * Self.scanShare
        }
        // Watching before listing: what comes in between is heard of.
        self.watch(folder)
        let entries: [FolderEntry]
        do throws(HostError) {
            entries = try self.list(folder)
        } catch {
            // A process that may open no more files has lost no folder.
            if error.isMissing { self.leave(folder) }
            return
        }
        switch folder.kind {
        case .root:
            self.scanRoot(folder, entries)
        case .pod(let origin):
            self.scanFolders(of: folder, entries) { name in
                var origin = origin
                origin.container = name
                return .container(origin)
            }
        case .container(let container):
            self.scanFiles(of: folder, entries)
            // Docker keeps the files elsewhere: the kubelet's are links to them.
            self.scanLinks(of: folder, entries) { name, _ in
                var origin = container
                origin.attempt = PodLogPath.attempt(file: name) ?? 0
                return origin
            }
        case .linked:
            self.scanFiles(of: folder, entries)
        case .selected:
            self.scanFolders(of: folder, entries) { _ in .selected }
            self.scanFiles(of: folder, entries)
        }
    }

    private func watch(_ folder: LogFolder) {
        if folder.watch != nil { return }
        guard let watch = self.watcher.watch(folder.path) else { return }
        folder.watch = watch
        self.watches[watch] = folder
    }

    /// The folder's names; throws, and tells of it, if it can't be listed or is gone.
    func list(_ folder: LogFolder) throws(HostError) -> [FolderEntry] {
        guard let stream = unsafe opendir(folder.path) else {
            let error = SystemErrorCode.current
            if error != .noSuchFile {
                self.complain(folder.path, error.text)
            } else if folder.isRoot {
                self.noteAbsent(folder.path)
            }
            throw .unreadable(folder.path, "opendir", error)
        }
        defer { unsafe closedir(stream) }
        self.complaints.remove(folder.path)
        var entries: [FolderEntry] = []
        while let next = unsafe readdir(stream), entries.count < Self.nameLimit {
            if let entry = unsafe FolderEntry(next) { entries.append(entry) }
        }
        if entries.count == Self.nameLimit {
            self.complain(folder.path, "expected at most \(Self.nameLimit) names in a folder")
        }
        return entries
    }

    /// Forgets a folder that is gone; its open files are followed to their end.
    private func leave(_ folder: LogFolder) {
        for file in folder.files.values { self.noteGone(file) }
        folder.files.removeAll()
        for name in folder.folders {
            if let inner = self.folders["\(folder.path)/\(name)"] { self.leave(inner) }
        }
        folder.folders.removeAll()
        self.watcher.leave(folder.path, folder.watch)
        if let watch = folder.watch { self.watches[watch] = nil }
        folder.watch = nil
        if let key = folder.key { self.folderPaths[key] = nil }
        folder.key = nil
        if !folder.isRoot { self.folders[folder.path] = nil }
    }

    private func scanRoot(_ folder: LogFolder, _ entries: [FolderEntry]) {
        self.scanFolders(of: folder, entries) { name in
            PodLogPath.pod(folder: name).map { .pod($0) }
        }
        self.scanFiles(of: folder, entries)
        self.scanLinks(of: folder, entries) { name, target in
            var origin = PodLogPath.container(link: name) ?? LogOrigin(path: target)
            if let known = PodLogPath.container(path: target) {
                origin.podUID = known.podUID
                origin.attempt = known.attempt
            }
            return origin
        }
    }

    /// Follows the folders below one; `kind` says which are wanted.
    private func scanFolders(
        of folder: LogFolder,
        _ entries: [FolderEntry],
        kind: (String) -> LogFolder.Kind?,
    ) {
        var present: Set<String> = []
        // A folder that a link leads to is better known by the path that needs none.
        let ordered = entries.filter { !$0.isFile && !$0.isLink } + entries.filter(\.isLink)
        for entry in ordered {
            let path = "\(folder.path)/\(entry.name)"
            if self.folders[path] != nil, entry.isFolder {
                present.insert(entry.name)
                continue
            }
            guard let kind = kind(entry.name), self.isWanted(path, below: folder),
                let key = self.folderKey(path)
            else { continue }
            if self.folders[path] == nil {
                guard let inner = self.makeFolder(path, kind, key, in: folder) else { continue }
                self.folders[path] = inner
                self.scan(inner)
            }
            present.insert(entry.name)
        }
        for name in folder.folders.subtracting(present) {
            if let inner = self.folders["\(folder.path)/\(name)"] { self.leave(inner) }
        }
        folder.folders = present
    }

    private func isWanted(_ path: String, below folder: LogFolder) -> Bool {
        guard case .selected(let selection) = self.settings.layout else { return true }
        return selection.leads(into: path)
    }

    /// A folder that is new; nil if it can't be followed, or is already, under another path.
    private func makeFolder(
        _ path: String,
        _ kind: LogFolder.Kind,
        _ key: TrackedFile.Key,
        in folder: LogFolder,
    ) -> LogFolder? {
        guard folder.depth < Self.depthLimit, self.folders.count < Self.folderLimit else {
            let limits = "\(Self.depthLimit) deep and \(Self.folderLimit) in all"
            self.complain(path, "expected at most so many folders: \(limits)")
            return nil
        }
        guard case .selected(let selection) = self.settings.layout else {
            return LogFolder(path: path, kind: kind, depth: folder.depth + 1)
        }
        if let known = self.folderPaths[key], known != path {
            if path.hasPrefix("\(known)/") {
                self.complain(path, "the link leads to \(known), which it lies in itself")
            }
            return nil
        }
        let names = selection.names(in: path)
        let inner = LogFolder(path: path, kind: kind, names: names, depth: folder.depth + 1)
        inner.key = key
        self.folderPaths[key] = path
        return inner
    }

    /// Follows links to log files, as in the kubelet's /var/log/containers.
    ///
    /// It is the folder that they lead to in which files are rotated. `origin` tells of a link by its
    /// name and target.
    private func scanLinks(
        of folder: LogFolder,
        _ entries: [FolderEntry],
        origin: (String, String) -> LogOrigin,
    ) {
        var targets: [String: [String: LogOrigin]] = [:]
        for entry in entries where !entry.isFile && folder.names.role(of: entry.name) == .live {
            let path = "\(folder.path)/\(entry.name)"
            guard entry.isLink || self.isLink(path), let target = self.resolve(path) else {
                continue
            }
            guard let slash = target.lastIndex(of: "/") else { continue }
            let base = String(target[target.index(after: slash)...])
            targets[String(target[..<slash]), default: [:]][base] = origin(entry.name, target)
        }
        for (path, origins) in targets {
            if let known = self.folders[path] {
                guard case .linked(let before) = known.kind, before != origins else { continue }
                // Names whose links are gone are kept: their rotated files may be unread.
                known.kind = .linked(before.merging(origins) { $1 })
                self.scan(known)
            } else {
                let inner = LogFolder(path: path, kind: .linked(origins), depth: 1)
                self.folders[path] = inner
                self.scan(inner)
            }
        }
    }

    /// Where a link leads; nil while it leads nowhere, which is usual during a rotation.
    private func resolve(_ path: String) -> String? {
        guard let resolved = unsafe realpath(path, nil) else {
            let error = SystemErrorCode.current
            if error != .noSuchFile { self.complain(path, error.text) }
            return nil
        }
        defer { unsafe free(resolved) }
        var status = stat()
        if unsafe stat(resolved, &status) != 0 { return nil }
        guard status.st_mode & S_IFMT == S_IFREG else {
            self.complain(path, Self.noFile)
            return nil
        }
        return unsafe String(cString: resolved)
    }

    /// What the kernel calls a folder; nil for anything else.
    private func folderKey(_ path: String) -> TrackedFile.Key? {
        var status = stat()
        guard unsafe stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
            return nil
        }
        return .init(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
    }

    private func isLink(_ path: String) -> Bool {
        var status = stat()
        return unsafe lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
    }
}
