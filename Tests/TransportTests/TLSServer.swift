import Glibc

/// `openssl s_server -www` with a certificate of its own; every page is a report in HTML.
final class TLSServer {
    /// Its port on loopback.
    let port: Int
    private let process: pid_t
    private let output: CInt

    /// The program's path, if it is installed.
    static var program: String? {
        ["/usr/bin/openssl", "/usr/local/bin/openssl", "/bin/openssl"].first {
            unsafe access($0, X_OK) == 0
        }
    }

    struct Failed: Error {}

    /// Makes a self-signed certificate for `name`, which may be a server's and a client's.
    static func makeCertificate(name: String, certificate: String, key: String) throws {
        let command = [
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
            "-days", "2", "-subj", "/CN=test", "-addext", "subjectAltName=\(name)",
            "-keyout", key, "-out", certificate,
        ]
        let (process, output) = try Self.spawn(command)
        var status: CInt = 0
        unsafe waitpid(process, &status, 0)
        close(output)
        if status != 0 { throw Failed() }
    }

    /// Starts the server and waits until it listens.
    init(certificate: String, key: String, options: [String] = []) throws {
        let command = [
            "s_server", "-www", "-accept", "0", "-cert", certificate, "-key", key,
        ]
        (self.process, self.output) = try Self.spawn(command + options)
        // It says `ACCEPT 0.0.0.0:36123`.
        var text = ""
        var port: Int?
        while port == nil {
            var buffer = [UInt8](repeating: 0, count: 4096)
            let count = unsafe read(self.output, &buffer, buffer.count)
            if count <= 0 { throw Failed() }
            text += String(decoding: buffer[..<count], as: UTF8.self)
            let line = text.split(separator: "\n").first { $0.hasPrefix("ACCEPT") }
            if let line, text.hasSuffix("\n") {
                port = line.split(separator: ":").last.flatMap { Int($0) }
            }
        }
        self.port = port ?? 0
        let output = self.output
        RawSocket.runThread {
            var buffer = [UInt8](repeating: 0, count: 4096)
            while unsafe read(output, &buffer, buffer.count) > 0 {}
            close(output)
        }
    }

    deinit {
        kill(self.process, SIGKILL)
        waitpid(self.process, nil, 0)
    }

    private static func spawn(_ arguments: [String]) throws -> (process: pid_t, output: CInt) {
        guard let program = Self.program else { throw Failed() }
        var ends: [CInt] = [0, 0]
        guard unsafe pipe(&ends) == 0 else { throw Failed() }
        _ = fcntl(ends[0], F_SETFD, FD_CLOEXEC)
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        unsafe posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
        unsafe posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        unsafe posix_spawn_file_actions_addclose(&actions, ends[1])
        var argv = unsafe ([program] + arguments).map { unsafe strdup($0) } + [nil]
        defer { while let pointer = unsafe argv.popLast() { unsafe free(pointer) } }
        var process: pid_t = 0
        let code = unsafe posix_spawn(&process, program, &actions, nil, &argv, environ)
        close(ends[1])
        if code != 0 {
            close(ends[0])
            throw Failed()
        }
        return (process, ends[0])
    }
}
