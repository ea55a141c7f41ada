import Host
import RandomTesting
import Testing

@testable import LogSources

@Suite struct JournalStretchTests {
    /// A file with entries of these numbers.
    static func file(_ name: String, _ numbers: ClosedRange<Int64>) -> JournalFile {
        JournalFile(
            JournalHandle.File(path: "/j/\(name)", inode: UInt64(numbers.lowerBound)),
            JournalFileHeader(
                fileID: name,
                sequenceID: "s",
                entries: UInt64(numbers.count),
                head: numbers.lowerBound,
                tail: numbers.upperBound,
            ),
        )
    }

    private let files = [
        file("system@1.journal", 1...10), file("system@2.journal", 11...20),
        file("system.journal", 21...30),
    ]

    private func names(_ stretch: JournalStretch?) -> [String]? {
        stretch?.files.map(\.header.fileID)
    }

    @Test func `nothing is needed of nothing`() {
        #expect(JournalStretch(of: [], from: 1) == nil)
        #expect(JournalStretch(of: [Self.file("a@1.journal", 1...5)], from: 6) == nil)
    }

    @Test func `files that follow each other are read one at a time`() {
        let first = JournalStretch(of: self.files, from: 1)
        #expect(self.names(first) == ["system@1.journal"])
        #expect(first?.ceiling == 10)
        let second = JournalStretch(of: self.files, from: 11)
        #expect(self.names(second) == ["system@2.journal"])
        let last = JournalStretch(of: self.files, from: 21)
        #expect(self.names(last) == ["system.journal"])
        #expect(last?.ceiling == nil)
    }

    @Test func `the file that is written is needed even with nothing ahead`() {
        #expect(self.names(JournalStretch(of: self.files, from: 99)) == ["system.journal"])
    }

    @Test func `files that overlap are read together`() {
        let files = [
            Self.file("system@1.journal", 1...10), Self.file("user-1000.journal", 4...25),
            Self.file("system.journal", 11...30),
        ]
        let first = JournalStretch(of: files, from: 1)
        #expect(self.names(first) == ["system@1.journal", "user-1000.journal"])
        #expect(first?.ceiling == 10)
        let second = JournalStretch(of: files, from: 11)
        #expect(self.names(second) == ["user-1000.journal", "system.journal"])
        #expect(second?.ceiling == nil)
    }

    @Test func `an archived file with its old name is not live`() {
        var file = Self.file("system.journal", 1...3)
        #expect(file.isLive)
        file.header = JournalFileHeader(
            sequenceID: "s",
            entries: 3,
            head: 1,
            tail: 3,
            isArchived: true,
        )
        #expect(!file.isLive)
        #expect(!Self.file("system@0-1.journal~", 1...3).isLive)
    }

    @Test(arguments: 0..<200)
    func `going on from ceiling to ceiling passes every number`(seed: UInt64) {
        var random = SplitMix(seed: seed)
        var files: [JournalFile] = []
        for number in 0..<Int.random(in: 1...8, using: &random) {
            let head = Int64.random(in: 1...60, using: &random)
            let tail = head + Int64.random(in: 0...30, using: &random)
            let name = Bool.random(using: &random) ? "a@\(number).journal" : "b\(number).journal"
            files.append(Self.file(name, head...tail))
        }
        var offset: Int64 = 1
        var steps = 0
        while let stretch = JournalStretch(of: files, from: offset) {
            steps += 1
            #expect(steps <= files.count + 1, "it does not end")
            let end = stretch.ceiling ?? .max
            let needed = files.filter { file in
                (file.isLive || file.header.tail >= offset) && file.header.head <= end
            }
            #expect(stretch.files == needed)
            guard let ceiling = stretch.ceiling else { break }
            #expect(ceiling >= offset)
            offset = ceiling + 1
        }
        #expect(files.allSatisfy { $0.isLive || $0.header.tail < offset || steps > 0 })
    }
}

@Suite struct JournalFileTests {
    @Test(arguments: [
        ("system.journal", true), ("system@0005-0006.journal~", true), ("user-1000.journal", true),
        ("system.journal.gz", false), ("journal", false), (".journal-x", false), ("", false),
    ])
    func `journals are known by their names`(name: String, isJournal: Bool) {
        #expect(JournalFile.isJournal(name) == isJournal)
    }

    @Test(arguments: [
        ("c0ffee00c0ffee00c0ffee00c0ffee00", true), ("C0FFEE00c0ffee00c0ffee00c0ffee00", true),
        ("c0ffee00c0ffee00c0ffee00c0ffee0", false), ("c0ffee00c0ffee00c0ffee00c0ffee00.x", false),
        ("remote", false), ("g0ffee00c0ffee00c0ffee00c0ffee00", false),
    ])
    func `machines are known by their ids`(name: String, isMachine: Bool) {
        #expect(JournalFile.isMachine(name) == isMachine)
    }

    @Test func `a file is the same under another name`() {
        let file = JournalStretchTests.file("system.journal", 1...3)
        let renamed = JournalFile(.init(path: "/j/system@1.journal", inode: 1), file.header)
        #expect(file.isSame(as: renamed))
        let reused = JournalStretchTests.file("other", 1...3)
        #expect(!file.isSame(as: reused), "its inode was given to another file")
    }
}
