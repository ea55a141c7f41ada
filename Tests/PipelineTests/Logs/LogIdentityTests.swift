import Bytes
import Pipeline
import Telemetry
import Testing

/// What a file's content is known by, also once it was copied.
@Suite struct LogIdentityTests {
    private func key(
        _ line: String,
        inode: UInt64,
        isDated: Bool,
        uid: String = "u",
    ) throws -> UInt64 {
        var head = OutputBuffer()
        head.append(line)
        let found = LogIdentity(inode: inode, head: head.span)
        let identity = try #require(found)
        let origin = LogOrigin(path: "", namespace: "n", pod: "p", podUID: uid, container: "c")
        return identity.contentKey(host: "node-1", origin: origin, isDated: isDated)
    }

    /// The kubelet compresses a file into another inode; its records keep their ids.
    @Test func aCopyOfDatedLinesHasTheSameKey() throws {
        let line = "2026-11-24T22:33:16.123456789Z stdout F hello\n"
        #expect(
            try self.key(line, inode: 1, isDated: true) == self.key(line, inode: 2, isDated: true)
        )
        #expect(
            try self.key(line, inode: 1, isDated: true)
                != self.key(line, inode: 1, isDated: true, uid: "v")
        )
        let next = "2026-11-24T22:33:16.123456790Z stdout F hello\n"
        #expect(
            try self.key(line, inode: 1, isDated: true) != self.key(next, inode: 1, isDated: true)
        )
    }

    /// Plain files may well begin with the same line.
    @Test func plainFilesAreToldApartByTheirInodes() throws {
        #expect(
            try self.key("Started\n", inode: 1, isDated: false)
                != self.key("Started\n", inode: 2, isDated: false)
        )
    }
}
