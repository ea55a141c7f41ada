import Glibc

/// The socket calls behind `RawServer`; a failing one ends the test run with its name.
enum RawSocket {
    /// A socket that no child process inherits, which would hold it open.
    private static func make(_ family: CInt) -> CInt {
        socket(family, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
    }

    /// A listening socket on loopback, on all of it if `everywhere`, or at `path`.
    static func listen(path: String?, everywhere: Bool = false) -> CInt {
        let descriptor: CInt
        if let path {
            descriptor = Self.make(AF_UNIX)
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            unsafe withUnsafeMutableBytes(of: &address.sun_path) { target in
                unsafe target.copyBytes(from: path.utf8)
            }
            let size = socklen_t(MemoryLayout<sockaddr_un>.size)
            let code = unsafe withUnsafePointer(to: &address) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe bind(descriptor, $0, size)
                }
            }
            precondition(code == 0, "bind")
        } else {
            descriptor = Self.make(AF_INET)
            let address = everywhere ? INADDR_ANY : Self.loopback
            let code = unsafe Self.withAddress(address, port: 0) {
                unsafe bind(descriptor, $0, $1)
            }
            precondition(code == 0, "bind")
        }
        precondition(Glibc.listen(descriptor, 256) == 0, "listen")
        return descriptor
    }

    /// The port that a socket is bound to.
    static func port(of descriptor: CInt) -> Int {
        var address = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let code = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe getsockname(descriptor, $0, &size)
            }
        }
        precondition(code == 0, "getsockname")
        return Int(UInt16(bigEndian: address.sin_port))
    }

    /// A socket connected to loopback that gives up reading after ten seconds.
    static func connect(port: Int) -> CInt {
        let descriptor = Self.make(AF_INET)
        var patience = timeval(tv_sec: 10, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, size)
        let code = unsafe Self.withAddress(Self.loopback, port: port) {
            unsafe Glibc.connect(descriptor, $0, $1)
        }
        precondition(code == 0, "connect")
        return descriptor
    }

    private static let loopback: UInt32 = 0x7F00_0001

    private static func withAddress(
        _ host: UInt32,
        port: Int,
        _ body: (UnsafePointer<sockaddr>, socklen_t) -> CInt,
    ) -> CInt {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = host.bigEndian
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        return unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe body($0, size)
            }
        }
    }

    /// Leaves a socket file that nobody listens on.
    static func abandon(path: String) { close(Self.listen(path: path)) }

    /// The names in a folder.
    static func names(in path: String) -> [String] {
        guard let folder = unsafe opendir(path) else { return [] }
        defer { unsafe closedir(folder) }
        var names: [String] = []
        while let entry = unsafe readdir(folder) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) {
                    unsafe String(cString: $0)
                }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    /// Blocks the thread.
    static func pause(milliseconds: Int) { usleep(UInt32(milliseconds * 1000)) }

    /// Runs `body` on a thread of its own, because it blocks.
    static func runThread(_ body: @escaping @Sendable () -> Void) {
        final class Box {
            let body: @Sendable () -> Void
            init(_ body: @escaping @Sendable () -> Void) { self.body = body }
        }
        let context = unsafe Unmanaged.passRetained(Box(body)).toOpaque()
        var thread = pthread_t()
        let code = unsafe pthread_create(
            &thread,
            nil,
            { argument in
                if let argument = unsafe argument {
                    unsafe Unmanaged<Box>.fromOpaque(argument).takeRetainedValue().body()
                }
                return nil
            },
            context,
        )
        precondition(code == 0, "pthread_create")
        pthread_detach(thread)
    }
}
