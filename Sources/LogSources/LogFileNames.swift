/// Which names of a folder are log files, and which of them are written to.
struct LogFileNames: Sendable, Hashable {
    /// What a name stands for.
    enum Role: Sendable, Hashable {
        /// The file that is written.
        case live
        /// An older file of the name `base`: renamed, and perhaps written for a moment more.
        case rotated(base: String)
        /// An older file of the name `base`, compressed.
        case compressed(base: String)
        /// None of ours.
        case other
    }

    private static let gzip = ".gz"

    /// What a compressed file was called before.
    static func plain(_ name: String) -> String { String(name.dropLast(Self.gzip.count)) }

    /// Rotated files in these forms are new files with content that was read already.
    private static let compressed = [
        ".gz", ".tmp", ".bz2", ".xz", ".zst", ".zip", ".lz4", ".swp",
    ]

    /// Those of containers.
    static let container = LogFileNames(include: ["*.log"], exclude: [])

    /// Patterns of live files' names, as in a shell.
    let include: [String]
    /// Patterns of names that are left out.
    let exclude: [String]

    /// What `name` stands for.
    func role(of name: String) -> Role {
        if name.hasSuffix(Self.gzip), case .rotated(let base) = self.role(of: Self.plain(name)) {
            return .compressed(base: base)
        }
        if Self.compressed.contains(where: { name.hasSuffix($0) }) { return .other }
        if self.isListed(name, self.exclude) { return .other }
        if self.isListed(name, self.include) { return .live }
        // A rotated name is a live one with something behind it (`0.log.20261123-022237`,
        // `app.log.1`, `app.log-20261123`), or before its ending (`audit-2026-11-23T02-22.log`).
        let ending = name.lastIndex(of: ".").map { name[$0...] } ?? ""
        for index in name.indices.dropFirst() where name[index] == "." || name[index] == "-" {
            let base = String(name[..<index])
            if self.isListed(base, self.include), !self.isListed(base, self.exclude) {
                return .rotated(base: base)
            }
            let live = base + ending
            if name[index] == "-", self.isListed(live, self.include),
                !self.isListed(live, self.exclude)
            {
                return .rotated(base: live)
            }
        }
        return .other
    }

    /// Whether the name of an older file says that it is older than another one of the same base.
    ///
    /// Counters grow with age (logrotate(8): `app.log.2` was `app.log.1`), dates with time.
    static func isOlder(_ name: String, _ other: String) -> Bool {
        if let counter = Self.counter(name), let second = Self.counter(other), counter != second {
            return counter > second
        }
        return name < other
    }

    /// The counter at the end of a name; nil if there is none: longer numbers are dates.
    private static func counter(_ name: String) -> Int? {
        let plain = name.hasSuffix(Self.gzip) ? Self.plain(name) : name
        guard let dot = plain.lastIndex(of: ".") else { return nil }
        let digits = plain[plain.index(after: dot)...]
        return digits.utf8.count <= Self.counterDigits ? Int(digits) : nil
    }

    private static let counterDigits = 5

    private func isListed(_ name: String, _ patterns: [String]) -> Bool {
        patterns.contains { PathPattern.matches(name, $0) }
    }
}
