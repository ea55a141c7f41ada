import Glibc

/// A folder that goes with the test.
final class TemporaryFolder: Sendable {
    struct Failure: Error {}

    let path: String

    init() throws {
        var template = Array("/tmp/martlet-agent-tests-XXXXXX".utf8CString)
        let made = unsafe template.withUnsafeMutableBufferPointer { buffer -> Bool in
            guard let start = buffer.baseAddress else { return false }
            return unsafe mkdtemp(start) != nil
        }
        if !made { throw Failure() }
        self.path = String(
            decoding: template.dropLast().map { UInt8(bitPattern: $0) },
            as: UTF8.self,
        )
    }

    deinit {
        for name in ["martlet.yaml", "other.yaml"] { unsafe unlink(self.path + "/" + name) }
        unsafe rmdir(self.path)
    }

    /// Writes a file and returns its path.
    func write(_ name: String, _ text: String) throws -> String {
        let path = self.path + "/" + name
        guard let file = unsafe fopen(path, "w") else { throw Failure() }
        unsafe fputs(text, file)
        unsafe fclose(file)
        return path
    }
}
