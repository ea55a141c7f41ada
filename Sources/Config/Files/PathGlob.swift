internal import Glibc

/// Paths with `*`, `?` and `[…]`, as a shell and Go's `filepath.Glob` take them.
package enum PathGlob {
    /// The most paths that one pattern gives; the rest is left out.
    package static let limit = 10_000

    /// Whether a path has a character that stands for others.
    package static func isPattern(_ path: String) -> Bool {
        path.utf8.contains { $0 == 0x2a || $0 == 0x3f || $0 == 0x5b }
    }

    /// The paths that match now, sorted by their bytes; none when nothing does.
    ///
    /// Blocks while folders are read.
    package static func paths(matching pattern: String) -> [String] {
        var found = unsafe glob_t()
        defer { unsafe globfree(&found) }
        guard unsafe glob(pattern, GLOB_NOSORT, nil, &found) == 0 else { return [] }
        var paths: [String] = []
        for index in 0..<min(Int(unsafe found.gl_pathc), Self.limit) {
            guard let path = unsafe found.gl_pathv[index] else { continue }
            paths.append(unsafe String(cString: path))
        }
        return paths.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }
}
