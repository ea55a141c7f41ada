import Host

/// Lists the files of a journal with what their headers say.
struct JournalScan {
    /// How often everything is listed in one go, while names keep changing.
    private static let listingLimit = 5
    /// The most files that are looked at.
    static let fileLimit = 10_000

    private let roots: [String]
    private var folders: [String: Int32] = [:]
    /// Files that were set aside, whose names and contents stay as they are.
    private var archived: [String: JournalFile] = [:]
    /// Whether not one of the folders was there.
    private(set) var isAbsent = false

    /// Names the folders, whose subfolders for machines are looked at too.
    init(_ roots: [String]) { self.roots = roots }

    /// Folders that are watched.
    var watches: Int { self.folders.count }

    /// A folder is gone, or what watched it.
    mutating func forget(watch: Int32) {
        for (path, known) in self.folders where known == watch { self.folders[path] = nil }
    }

    /// Every file there is; nil when names change too fast to be sure.
    ///
    /// What is there before and after the headers are read is all there is to say: else a file might
    /// be missed that was renamed meanwhile, or begun, and what is in it taken for lost.
    mutating func run(
        by watcher: FolderWatcher,
        _ complain: (String, HostError) -> Void,
    ) -> [JournalFile]? {
        for _ in 0..<Self.listingLimit {
            let before = self.list(watcher, complain)
            var files: [String: JournalFile] = [:]
            for path in before {
                do throws(HostError) {
                    files[path] =
                        if let known = self.archived[path] {
                            known
                        } else {
                            try JournalFile(at: path)
                        }
                } catch {
                    if !error.isMissing { complain(path, error) }
                }
            }
            self.archived = files.filter { $0.value.isSetAside }
            if self.list(watcher, complain) == before {
                return before.compactMap { files[$0] }
            }
        }
        return nil
    }

    private mutating func list(
        _ watcher: FolderWatcher,
        _ complain: (String, HostError) -> Void,
    ) -> [String] {
        var paths: [String] = []
        self.isAbsent = true
        for root in self.roots {
            guard let names = self.names(in: root, watcher, complain) else { continue }
            self.isAbsent = false
            for name in names {
                if JournalFile.isJournal(name) {
                    paths.append("\(root)/\(name)")
                } else if JournalFile.isMachine(name) {
                    let folder = "\(root)/\(name)"
                    let inner = self.names(in: folder, watcher, complain) ?? []
                    paths += inner.filter(JournalFile.isJournal).map { "\(folder)/\($0)" }
                }
            }
        }
        return Array(paths.prefix(Self.fileLimit))
    }

    private mutating func names(
        in folder: String,
        _ watcher: FolderWatcher,
        _ complain: (String, HostError) -> Void,
    ) -> [String]? {
        // Watched first: what comes after the listing is heard of.
        if self.folders[folder] == nil { self.folders[folder] = watcher.watch(folder) }
        do throws(HostError) {
            return try DirectoryListing.names(at: folder)
        } catch {
            if !error.isMissing { complain(folder, error) }
            return nil
        }
    }
}
