import AgentTesting
import Bytes
import Glibc
import Telemetry
import Testing

@testable import Pipeline

struct CheckpointFileTests {
    private let folder: TemporaryFolder
    private var path: String { self.folder.path + "/es.cursors" }

    init() throws { self.folder = try TemporaryFolder() }

    /// The records of one content that was confirmed up to `offset`.
    private static func records(_ id: UInt64, at offset: Int64) -> [UInt8] {
        var out = OutputBuffer()
        let identity = LogIdentity(inode: id, fingerprint: id)
        CheckpointRecord.file(id: id, identity, path: "/a/\(id).log").append(to: &out)
        CheckpointRecord.position(id: id, LogBookmark(LogPosition(offset))).append(to: &out)
        return out.array
    }

    /// How far the contents are that the file knows, by their ids.
    private func offsets() throws -> [UInt64: Int64] {
        let found = try CheckpointFile.load(path: self.path)
        #expect(found.reading.damagedBytes == 0)
        let pairs = found.table.entries.map { ($0.value.id, $0.value.bookmark.position.resume) }
        return Dictionary(uniqueKeysWithValues: pairs)
    }

    @Test func `what is appended while a successor is brought to the disk is in it`() throws {
        var file = CheckpointFile(path: self.path)
        try file.replace(with: CheckpointTable())
        try file.append(Self.records(1, at: 10).span)
        let table = try CheckpointFile.load(path: self.path).table
        try file.prepareSuccessor(with: table)
        try file.append(Self.records(2, at: 20).span)
        #expect(try self.offsets() == [1: 10, 2: 20])
        let sync = try #require(try file.sync())
        while try !sync.isDone() { usleep(1000) }
        try file.append(Self.records(3, at: 30).span)
        try file.succeed()
        let hasSuccessor = file.hasSuccessor
        #expect(!hasSuccessor)
        try file.append(Self.records(4, at: 40).span)
        #expect(try self.offsets() == [1: 10, 2: 20, 3: 30, 4: 40])
        let length = file.length
        #expect(try self.folder.read("es.cursors").count == length)
        #expect(self.folder.files() == ["es.cursors"])
    }

    @Test func `a successor that was not finished changes nothing`() throws {
        do {
            var file = CheckpointFile(path: self.path)
            try file.replace(with: CheckpointTable())
            try file.append(Self.records(1, at: 10).span)
            try file.prepareSuccessor(with: CheckpointTable())
            try file.append(Self.records(2, at: 20).span)
        }
        #expect(try self.offsets() == [1: 10, 2: 20])
        var file = CheckpointFile(path: self.path)
        try file.replace(with: try CheckpointFile.load(path: self.path).table)
        #expect(try self.offsets() == [1: 10, 2: 20])
        #expect(self.folder.files() == ["es.cursors"])
    }

    @Test func `what can't be brought to the disk is told`() throws {
        var ends: [Int32] = [0, 0]
        #expect(unsafe pipe(&ends) == 0)
        defer { for end in ends { close(end) } }
        let sync = try CheckpointSync(ends[1], "es.cursors")
        let error = #expect(throws: CheckpointError.self) {
            while try !sync.isDone() { usleep(1000) }
        }
        #expect(error?.description.contains("es.cursors: fdatasync failed") == true)
    }
}
