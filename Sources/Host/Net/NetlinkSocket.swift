package import Bytes
import CLinux
import Glibc

/// Asks the kernel's rtnetlink for dumps.
package struct NetlinkSocket: ~Copyable {
    /// How long the kernel may take for one part of an answer, in seconds.
    private static var answerTimeout: Int { 2 }
    /// The most bytes of one dump: some ten thousand links.
    private static var dumpLimit: Int { 32 << 20 }
    /// Room for one datagram; the kernel fills at most 32 KiB of it.
    private static var datagramRoom: Int { 64 << 10 }
    private static var interface: String { "rtnetlink" }

    private let descriptor: Int32

    /// Opens a socket in this network namespace.
    package init() throws(HostError) {
        let type = Int32(SOCK_RAW.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        self.descriptor = socket(AF_NETLINK, type, NETLINK_ROUTE)
        if self.descriptor < 0 { throw .unreadable(Self.interface, "socket", .current) }
        var limit = timeval(tv_sec: Self.answerTimeout, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        unsafe setsockopt(self.descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, size)
    }

    deinit {
        close(self.descriptor)
    }

    /// Asks for every link and replaces `buffer` by the answer's datagrams, end to end.
    package mutating func dumpLinks(into buffer: inout OutputBuffer) throws(HostError) {
        struct Request {
            var header = nlmsghdr()
            var link = ifinfomsg()
        }
        var request = Request()
        request.header = Self.header(RTM_GETLINK, MemoryLayout<Request>.size)
        let size = MemoryLayout<Request>.size
        try self.dump(unsafe send(self.descriptor, &request, size, 0), into: &buffer)
    }

    /// Asks for every IPv4 neighbour and replaces `buffer` by the answer's datagrams.
    package mutating func dumpNeighbors(into buffer: inout OutputBuffer) throws(HostError) {
        struct Request {
            var header = nlmsghdr()
            var neighbor = ndmsg()
        }
        var request = Request()
        request.header = Self.header(RTM_GETNEIGH, MemoryLayout<Request>.size)
        request.neighbor.ndm_family = UInt8(AF_INET)
        let size = MemoryLayout<Request>.size
        try self.dump(unsafe send(self.descriptor, &request, size, 0), into: &buffer)
    }

    private static func header<Kind: BinaryInteger>(_ type: Kind, _ size: Int) -> nlmsghdr {
        var header = nlmsghdr()
        header.nlmsg_len = UInt32(size)
        header.nlmsg_type = UInt16(type)
        header.nlmsg_flags = UInt16(NLM_F_REQUEST) | UInt16(NLM_F_DUMP)
        header.nlmsg_seq = 1
        return header
    }

    /// Receives the answer to a request of which `sent` bytes went out.
    private func dump(_ sent: Int, into buffer: inout OutputBuffer) throws(HostError) {
        if sent < 0 { throw .unreadable(Self.interface, "send", .current) }
        buffer.removeAll()
        while true {
            let start = buffer.count
            try self.receive(into: &buffer)
            if NetlinkMessage.isLast(buffer.span, from: start) { return }
            if buffer.count > Self.dumpLimit {
                throw HostError(path: Self.interface, kind: .tooLarge(limit: Self.dumpLimit))
            }
        }
    }

    private func receive(into buffer: inout OutputBuffer) throws(HostError) {
        var failure: SystemErrorCode?
        let descriptor = self.descriptor
        let start = buffer.count
        unsafe buffer.appendInPlace(upTo: Self.datagramRoom) { bytes in
            while true {
                let amount = unsafe recv(
                    descriptor,
                    bytes.baseAddress,
                    bytes.count,
                    Int32(MSG_TRUNC),
                )
                if amount >= 0, amount <= bytes.count { return amount }
                if amount >= 0 {
                    failure = SystemErrorCode(EMSGSIZE)
                    return 0
                }
                if errno != EINTR {
                    failure = .current
                    return 0
                }
            }
        }
        if let failure { throw .unreadable(Self.interface, "recv", failure) }
        if buffer.count == start {
            throw .unreadable(Self.interface, "recv", SystemErrorCode(ECONNRESET))
        }
    }
}
