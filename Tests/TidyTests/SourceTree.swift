import Foundation

/// One source file of the repository, read whole.
struct SourceFile: Sendable {
    /// The path from the repository's root.
    let path: String
    let lines: [Substring]

    /// The folder below `Sources` or `Tests`.
    var target: String { String(self.path.split(separator: "/")[1]) }

    /// The file's name without its folder and ending.
    var name: String {
        let last = self.path.split(separator: "/").last ?? ""
        return String(last.dropLast(".swift".count))
    }

    /// The modules the file imports, with the line of each.
    var imports: [(module: String, line: Int)] {
        self.lines.enumerated().compactMap { offset, line in
            let words = line.split(separator: " ")
            guard let position = words.firstIndex(of: "import"), position + 1 < words.count,
                words[..<position].allSatisfy({ Self.importModifiers.contains(String($0)) })
            else { return nil }
            let module = words[position + 1].split(separator: ".").first ?? ""
            return (String(module), offset + 1)
        }
    }

    private static let importModifiers: Set<String> = [
        "public", "package", "internal", "private", "fileprivate", "@testable",
    ]
}

/// The Swift files of this checkout.
enum SourceTree {
    static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    static func files(below folder: String) throws -> [SourceFile] {
        let base = Self.root.appending(path: folder)
        guard let walk = FileManager.default.enumerator(atPath: base.path) else { return [] }
        var files: [SourceFile] = []
        for case let path as String in walk where path.hasSuffix(".swift") {
            let text = try String(contentsOf: base.appending(path: path), encoding: .utf8)
            files.append(
                SourceFile(
                    path: folder + "/" + path,
                    lines: text.split(separator: "\n", omittingEmptySubsequences: false),
                )
            )
        }
        return files.sorted { $0.path < $1.path }
    }
}
