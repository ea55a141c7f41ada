internal import Glibc

/// Reads whole files, up to a limit.
package enum ConfigFile {
    /// The bytes of the file at `path`.
    ///
    /// - Throws: `ConfigError` when it can't be read or holds more than `limit` bytes.
    package static func read(
        _ path: String,
        limit: Int = ConfigLimits.fileBytes,
    ) throws(ConfigError) -> [UInt8] {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Self.error(path, errno) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = unsafe Glibc.read(descriptor, &chunk, chunk.count)
            if count == 0 { return bytes }
            if count < 0 {
                if errno == EINTR { continue }
                throw Self.error(path, errno)
            }
            bytes.append(contentsOf: chunk[..<count])
            if bytes.count > limit { throw Self.tooLarge(path, limit) }
        }
    }

    /// The error for a file of more than `limit` bytes.
    static func tooLarge(_ path: String, _ limit: Int) -> ConfigError {
        ConfigError(
            at: ConfigLocation(file: path),
            "expected at most \(SizeSyntax.format(limit)), found more",
            remedy: "check that this is the configuration, and not a log or a dump",
        )
    }

    private static func error(_ path: String, _ code: Int32) -> ConfigError {
        let location = ConfigLocation(file: path)
        switch code {
        case ENOENT:
            return ConfigError(
                at: location,
                "expected a configuration file, found no such file",
                remedy: "check the path, and that the volume is mounted",
            )
        case EACCES:
            return ConfigError(
                at: location,
                "expected a readable file, found that permission is denied",
                remedy: "make it readable for the user that this process runs as",
            )
        case EISDIR:
            return ConfigError(
                at: location,
                "expected a file, found a directory",
                remedy: "name the file in it",
            )
        default:
            let reason = unsafe strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)"
            return ConfigError(at: location, "expected a readable file, found: \(reason)")
        }
    }
}
