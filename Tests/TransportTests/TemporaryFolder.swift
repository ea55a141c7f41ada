import Glibc

/// A folder of a test's own, removed with what is in it at the end.
struct TemporaryFolder: ~Copyable {
    /// Where it is.
    let root: String

    struct CouldNotMake: Error {}

    init() throws {
        var template = Array("/tmp/martlet-XXXXXX".utf8CString)
        guard unsafe mkdtemp(&template) != nil else { throw CouldNotMake() }
        self.root = String(
            decoding: template.dropLast().map(UInt8.init(bitPattern:)),
            as: UTF8.self,
        )
    }

    /// The path of `name` inside.
    func path(_ name: String) -> String { "\(self.root)/\(name)" }

    /// Writes a file; returns its path.
    @discardableResult
    func write(_ name: String, _ text: String) -> String {
        self.write(name, Array(text.utf8))
    }

    /// Writes a file; returns its path.
    @discardableResult
    func write(_ name: String, _ bytes: [UInt8]) -> String {
        let path = self.path(name)
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        precondition(descriptor >= 0, "can't write \(path)")
        _ = unsafe Glibc.write(descriptor, bytes, bytes.count)
        close(descriptor)
        return path
    }

    deinit {
        for name in RawSocket.names(in: self.root) { unsafe unlink(self.path(name)) }
        unsafe rmdir(self.root)
    }
}
