import CLinux
import Glibc

/// What `uname(2)` says.
package struct SystemIdentity: Sendable, Equatable {
    /// `Linux`.
    package let systemName: String
    /// The host's name in this UTS namespace.
    package let nodeName: String
    /// The kernel's release.
    package let release: String
    /// The kernel's build.
    package let version: String
    /// The hardware's name.
    package let machine: String
    /// The NIS domain.
    package let domainName: String

    /// Asks the kernel.
    package init() throws(HostError) {
        var answer = utsname()
        if unsafe uname(&answer) != 0 { throw .unreadable("uname", "uname", .current) }
        self.systemName = Self.text(&answer.sysname)
        self.nodeName = Self.text(&answer.nodename)
        self.release = Self.text(&answer.release)
        self.version = Self.text(&answer.version)
        self.machine = Self.text(&answer.machine)
        // Glibc hides the name of this member from programs that do not ask for GNU extensions.
        self.domainName = Self.text(&answer.__domainname)
    }

    private static func text<Field>(_ field: inout Field) -> String {
        unsafe withUnsafeBytes(of: &field) { bytes in
            let end = unsafe bytes.firstIndex(of: 0) ?? bytes.count
            return unsafe String(decoding: bytes.prefix(end), as: UTF8.self)
        }
    }
}
