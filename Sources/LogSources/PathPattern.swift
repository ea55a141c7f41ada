import Glibc

/// A pattern of whole paths: `*`, `?` and `[…]` within a name, `**` for any number of folders.
///
/// As in a shell, no wildcard stands for a point at the beginning of a name.
struct PathPattern: Sendable, Hashable {
    private let parts: [String]
    /// The deepest folder that is named without wildcards: where the search begins.
    let root: String

    private static let anyFolders = "**"
    private static let wildcards = "*?[\\"

    /// Reads a pattern; nil when it is no absolute path, or begins with a wildcard.
    init?(_ text: String) {
        guard text.hasPrefix("/") else { return nil }
        let parts = text.split(separator: "/").map(String.init)
        let named = parts.dropLast().prefix { part in !part.contains { Self.wildcards.contains($0) }
        }
        if named.isEmpty { return nil }
        self.parts = parts
        self.root = "/" + named.joined(separator: "/")
    }

    /// The pattern of one file, whose folders may have characters that are wildcards elsewhere.
    init(file path: String) {
        let parts = path.split(separator: "/").map(String.init)
        self.parts = parts.map { part in
            String(part.flatMap { Self.wildcards.contains($0) ? ["\\", $0] : [$0] })
        }
        self.root = (path.hasPrefix("/") ? "/" : "") + parts.dropLast().joined(separator: "/")
    }

    /// Whether something below `folder` may match.
    func leads(into folder: String) -> Bool { !self.places(after: folder).isEmpty }

    /// The patterns of files' names in `folder`.
    func names(in folder: String) -> [String] {
        self.places(after: folder).filter { $0 == self.parts.count - 1 }.map { place in
            self.parts[place] == Self.anyFolders ? "*" : self.parts[place]
        }
    }

    /// Whether the whole path matches.
    func matches(_ path: String) -> Bool {
        guard let slash = path.lastIndex(of: "/") else { return false }
        let name = String(path[path.index(after: slash)...])
        return self.names(in: String(path[..<slash])).contains { Self.matches(name, $0) }
    }

    /// Whether a name matches a pattern without folders.
    static func matches(_ name: String, _ pattern: String) -> Bool {
        unsafe fnmatch(pattern, name, FNM_PERIOD) == 0
    }

    /// Which parts may come next once the path has come to `folder`.
    private func places(after folder: String) -> [Int] {
        var places = self.opened([0])
        for name in folder.split(separator: "/").map(String.init) {
            var next: [Int] = []
            for place in places {
                if self.parts[place] == Self.anyFolders {
                    if !name.hasPrefix(".") { next.append(place) }
                } else if place + 1 < self.parts.count, Self.matches(name, self.parts[place]) {
                    next.append(place + 1)
                }
            }
            places = self.opened(next)
            if places.isEmpty { break }
        }
        return places
    }

    /// The places, and those behind a `**` that stands for no folder.
    private func opened(_ places: [Int]) -> [Int] {
        var all: [Int] = []
        for start in places {
            var place = start
            while !all.contains(place) {
                all.append(place)
                guard self.parts[place] == Self.anyFolders, place + 1 < self.parts.count else {
                    break
                }
                place += 1
            }
        }
        return all
    }
}
