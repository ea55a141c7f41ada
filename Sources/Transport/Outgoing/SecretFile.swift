import Config
import Glibc
import Pipeline

/// Small files that hold one secret.
enum SecretFile {
    /// The most bytes; a Kubernetes Secret's own limit is 1 MiB, tokens are a few KiB.
    private static let sizeLimit = 64 << 10

    /// A secret's text, read now, so that a rotated file counts at once.
    ///
    /// - Throws: `badRequest` when its file can't be read or it can't be sent in a line; names the
    ///   path, never the content.
    static func text(of secret: ConfigSecret) throws(HTTPFailure) -> String {
        let text =
            switch secret {
            case .literal(let text): text
            case .file(let path): Self.trimmed(try self.read(path))
            }
        if text.utf8.contains(where: { $0 < 0x20 && $0 != 0x09 || $0 == 0x7F }) {
            throw HTTPFailure(
                .badRequest,
                "the secret from \(secret) has a line break or control character inside",
            )
        }
        return text
    }

    /// The file's text as it is.
    ///
    /// - Throws: `badRequest` with the path and the remedy.
    static func read(_ path: String) throws(HTTPFailure) -> String {
        // Without O_NONBLOCK a FIFO in the file's place would hang the caller.
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        if descriptor < 0 { throw self.unreadable(path, errno) }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 4096)
        var count = 0
        while true {
            if count == bytes.count {
                if count >= Self.sizeLimit {
                    throw HTTPFailure(.badRequest, "the secret file \(path) is above 64 KiB")
                }
                bytes.append(contentsOf: repeatElement(0, count: count))
            }
            let got = unsafe bytes.withUnsafeMutableBytes { buffer in
                guard let start = buffer.baseAddress else { return 0 }
                return unsafe Glibc.read(descriptor, start + count, buffer.count - count)
            }
            if got < 0 {
                if errno == EINTR { continue }
                throw self.unreadable(path, errno)
            }
            if got == 0 { break }
            count += got
        }
        guard let text = String(validating: bytes[..<count], as: UTF8.self) else {
            throw HTTPFailure(.badRequest, "the secret file \(path) is not UTF-8 text")
        }
        return text
    }

    /// Without blanks and line breaks at both ends, as Prometheus takes it.
    private static func trimmed(_ text: String) -> String {
        var bytes = Substring(text).utf8
        while let first = bytes.first, first <= 0x20 { bytes.removeFirst() }
        while let last = bytes.last, last <= 0x20 { bytes.removeLast() }
        return String(Substring(bytes))
    }

    private static func unreadable(_ path: String, _ code: CInt) -> HTTPFailure {
        let reason = unsafe String(cString: strerror(code))
        return HTTPFailure(
            .badRequest,
            "can't read the secret file \(path): \(reason); check the path and its permissions",
        )
    }
}
