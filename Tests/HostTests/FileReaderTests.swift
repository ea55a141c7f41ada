import Bytes
import Foundation
import Host
import Testing

@Suite final class FileReaderTests {
    private let folder: String

    init() throws {
        self.folder = NSTemporaryDirectory() + "/martlet-reader-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: self.folder,
            withIntermediateDirectories: true,
        )
    }

    deinit {
        try? FileManager.default.removeItem(atPath: self.folder)
    }

    private func write(_ text: String, _ name: String) throws -> String {
        let path = "\(self.folder)/\(name)"
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        return path
    }

    @Test(arguments: [0, 1, 4095, 4096, 4097, 100_000])
    func wholeFilesAreRead(_ size: Int) throws {
        let text = String(repeating: "x", count: size)
        let path = try self.write(text, "file")
        var file = FileReader()
        try file.load(path)
        try file.load(path)
        #expect(file.contents.text == text)
    }

    @Test func aFileAboveTheLimitIsAnError() throws {
        let path = try self.write(String(repeating: "x", count: 11), "file")
        var file = FileReader(limit: 10)
        let error = #expect(throws: HostError.self) { try file.load(path) }
        #expect(error?.description.contains("limit of 10 bytes") == true)
        #expect(file.contents.text.isEmpty)
    }

    @Test func aMissingFileIsNamedWithTheReason() {
        var file = FileReader()
        let error = #expect(throws: HostError.self) { try file.load("/nonexistent/file") }
        #expect(error?.isMissing == true)
        #expect(
            error?.description
                == "cannot read /nonexistent/file: open failed: no such file or directory (ENOENT)"
        )
    }

    @Test func aFolderIsAnError() {
        var file = FileReader()
        let error = #expect(throws: HostError.self) { try file.load("/proc") }
        #expect(error?.code?.name == "EISDIR")
    }

    @Test func anOpenFileIsReadAgainFromItsStart() throws {
        let path = try self.write("first, longer", "file")
        var file = FileReader(keepsOpen: true)
        try file.load(path)
        let handle = try #require(FileHandle(forWritingAtPath: path))
        try handle.truncate(atOffset: 0)
        try handle.write(contentsOf: Data("second".utf8))
        try file.load(path)
        #expect(file.contents.text == "second")
    }

    @Test func anOpenFileThatIsReplacedOrRemovedIsNoticed() throws {
        let path = try self.write("old", "file")
        var file = FileReader(keepsOpen: true)
        try file.load(path)
        let other = try self.write("new", "other")
        let renamed = unsafe rename(other, path)
        #expect(renamed == 0)
        try file.load(path)
        #expect(file.contents.text == "new")
        try FileManager.default.removeItem(atPath: path)
        let error = #expect(throws: HostError.self) { try file.load(path) }
        #expect(error?.isMissing == true)
    }
}
