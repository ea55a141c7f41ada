import Glibc
import Host
import Testing

@Suite struct SystemErrorCodeTests {
    /// The texts are those of Go, which users know from the label `device_error`.
    @Test(arguments: [
        (ENOENT, "ENOENT", "no such file or directory"),
        (EACCES, "EACCES", "permission denied"),
        (EDOTDOT, "EDOTDOT", "RFS specific error"),
        (EIO, "EIO", "input/output error"),
        (ENOTCONN, "ENOTCONN", "transport endpoint is not connected"),
        (ESTALE, "ESTALE", "stale NFS file handle"),
        (12345, "errno 12345", "errno 12345"),
    ])
    func textsAreThoseOfGo(_ number: Int32, _ name: String, _ text: String) {
        let code = SystemErrorCode(number)
        #expect(code.name == name)
        #expect(code.text == text)
    }
}
