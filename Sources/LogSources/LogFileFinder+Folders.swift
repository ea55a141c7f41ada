import Glibc
import Host
import Pipeline
import Telemetry

// Folders: what is in them, what came and what went.
extension LogFileFinder {
    /// The most names of one folder that are looked at.
    private static let nameLimit = 100_000
    /// What is said of a name that no log can have.
    static let noFile = "expected a file, found a device, a socket or a pipe"

    /// Lists a folder and follows what has changed in it.
    func scan(_ folder: LogFolder) {
        // Watching before listing: what comes in between is heard of.
        self.watch(folder)
        guard let names = self.list(folder) else {
            self.leave(folder)
            return
        }
        switch folder.kind {
        case .root:
            self.scanRoot(folder, names)
        case .pod(let origin):
            self.scanFolders(of: folder, names) { name in
                var origin = origin
                origin.container = name
                return .container(origin)
            }
        case .container(let container):
            self.scanFiles(of: folder, names)
            // Docker keeps the files elsewhere: the kubelet's are links to them.
            self.scanLinks(of: folder, names) { name, _ in
                var origin = container
                origin.attempt = PodLogPath.attempt(file: name) ?? 0
                return origin
            }
        case .linked:
            self.scanFiles(of: folder, names)
        }
    }

    private func watch(_ folder: LogFolder) {
        if folder.watch != nil { return }
        guard let watch = self.watcher.watch(folder.path) else { return }
        folder.watch = watch
        self.watches[watch] = folder
    }

    /// The folder's names; nil when it is gone.
    func list(_ folder: LogFolder) -> [String]? {
        guard let stream = unsafe opendir(folder.path) else {
            let error = SystemErrorCode.current
            if error != .noSuchFile {
                self.complain(folder.path, error.text)
            } else if case .root = folder.kind {
                self.noteAbsent(folder.path)
            }
            return nil
        }
        defer { unsafe closedir(stream) }
        self.complaints.remove(folder.path)
        var names: [String] = []
        while let entry = unsafe readdir(stream), names.count < Self.nameLimit {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) {
                    unsafe String(cString: $0)
                }
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names
    }

    /// Forgets a folder that is gone; its open files are followed to their end.
    private func leave(_ folder: LogFolder) {
        for file in folder.files.values { self.noteGone(file) }
        folder.files.removeAll()
        for name in folder.folders {
            if let inner = self.folders["\(folder.path)/\(name)"] { self.leave(inner) }
        }
        folder.folders.removeAll()
        if let watch = folder.watch {
            self.watches[watch] = nil
            self.watcher.unwatch(watch)
            folder.watch = nil
        }
        if folder.path != self.settings.options.path { self.folders[folder.path] = nil }
    }

    private func scanRoot(_ folder: LogFolder, _ names: [String]) {
        if self.settings.layout == .plain {
            self.scanFiles(of: folder, names)
            return
        }
        self.scanFolders(of: folder, names) { name in
            PodLogPath.pod(folder: name).map { .pod($0) }
        }
        self.scanFiles(of: folder, names)
        self.scanLinks(of: folder, names) { name, target in
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
        _ names: [String],
        kind: (String) -> LogFolder.Kind?,
    ) {
        var present: Set<String> = []
        for name in names {
            let path = "\(folder.path)/\(name)"
            guard let kind = kind(name), self.isFolder(path) else { continue }
            present.insert(name)
            if self.folders[path] != nil { continue }
            let inner = LogFolder(path: path, kind: kind)
            self.folders[path] = inner
            self.scan(inner)
        }
        for name in folder.folders.subtracting(present) {
            if let inner = self.folders["\(folder.path)/\(name)"] { self.leave(inner) }
        }
        folder.folders = present
    }

    /// Follows links to log files, as in the kubelet's /var/log/containers: it is the folder that
    /// they lead to in which files are rotated. `origin` tells of a link by its name and target.
    private func scanLinks(
        of folder: LogFolder,
        _ names: [String],
        origin: (String, String) -> LogOrigin,
    ) {
        var targets: [String: [String: LogOrigin]] = [:]
        for name in names where self.settings.names.role(of: name) == .live {
            let path = "\(folder.path)/\(name)"
            guard self.isLink(path), let target = self.resolve(path) else { continue }
            guard let slash = target.lastIndex(of: "/") else { continue }
            let base = String(target[target.index(after: slash)...])
            targets[String(target[..<slash]), default: [:]][base] = origin(name, target)
        }
        for (path, origins) in targets {
            if let known = self.folders[path] {
                guard case .linked(let before) = known.kind, before != origins else { continue }
                // Names whose links are gone are kept: their rotated files may be unread.
                known.kind = .linked(before.merging(origins) { $1 })
                self.scan(known)
            } else {
                let inner = LogFolder(path: path, kind: .linked(origins))
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

    private func isFolder(_ path: String) -> Bool {
        var status = stat()
        return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    private func isLink(_ path: String) -> Bool {
        var status = stat()
        return unsafe lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
    }
}
