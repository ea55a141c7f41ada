import Testing

/// `swift format` asks for documentation of `public` only; here `package` counts as well.
@Suite struct DocumentationTests {
    private static let kinds: Set<String> = [
        "func", "struct", "class", "enum", "protocol", "actor", "init",
    ]

    /// Requirements of the standard library's and of libraries' protocols: documented there.
    private static let foreign: Set<String> = [
        "enqueue", "hash", "log", "asUnownedSerialExecutor", "init", "makeIterator", "next",
    ]

    @Test func packageDeclarationsHaveASummary() throws {
        let files = try SourceTree.files(below: "Sources")
        let requirements = Self.requirements(in: files).union(Self.foreign)
        var violations: [String] = []
        for file in files {
            for (offset, line) in file.lines.enumerated() {
                let text = line.drop { $0 == " " }
                guard text.hasPrefix("package "), !text.hasPrefix("package import") else {
                    continue
                }
                let words = text.split { " (<:".contains($0) }.map(String.init)
                guard let kind = words.prefix(6).firstIndex(where: Self.kinds.contains) else {
                    continue
                }
                let name = words[kind] == "init" ? "init" : words[min(kind + 1, words.count - 1)]
                let isMember = text.count < line.count
                if isMember, requirements.contains(name), words[kind] != "struct" { continue }
                if !Self.isDocumented(file, before: offset) {
                    violations.append("\(file.path):\(offset + 1) has no summary: \(text)")
                }
            }
        }
        let list = violations.joined(separator: "\n")
        #expect(list == "")
    }

    /// The names of the functions that the repository's own protocols document.
    private static func requirements(in files: [SourceFile]) -> Set<String> {
        var names: Set<String> = []
        for file in files {
            var isInProtocol = false
            for (offset, line) in file.lines.enumerated() {
                if line.contains("protocol "), line.hasSuffix("{") { isInProtocol = true }
                if line.hasPrefix("}") { isInProtocol = false }
                guard isInProtocol else { continue }
                let words = line.split { " (<".contains($0) }.map(String.init)
                guard let position = words.firstIndex(of: "func"), position + 1 < words.count,
                    Self.isDocumented(file, before: offset)
                else { continue }
                names.insert(words[position + 1])
            }
        }
        return names
    }

    private static func isDocumented(_ file: SourceFile, before offset: Int) -> Bool {
        var position = offset - 1
        while position >= 0 {
            let text = file.lines[position].drop { $0 == " " }
            if text.hasPrefix("///") { return true }
            if !text.hasPrefix("@") { return false }
            position -= 1
        }
        return false
    }
}
